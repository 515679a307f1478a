using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SmartQueue.Testing")]
[assembly: InternalsVisibleTo("SmartQueue.Hosting.Tests")]
[assembly: InternalsVisibleTo("SmartQueue.Gateway.Tests")]
[assembly: InternalsVisibleTo("SmartQueue.Integration.Tests")]
