global using System.Net;
global using Microsoft.Playwright;
global using SmartQueue.Testing;
global using static Microsoft.Playwright.Assertions;
