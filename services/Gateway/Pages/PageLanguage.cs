namespace SmartQueue.Gateway.Pages;

/// <summary>A language of the pages, as their document knows it before its texts are loaded.</summary>
/// <param name="Tag">BCP 47.</param>
/// <param name="Name">As its speakers call it.</param>
/// <param name="Direction"><c>ltr</c> or <c>rtl</c>.</param>
/// <param name="Trying">What is said while not even the texts can be loaded.</param>
/// <param name="Version">Changes with its texts.</param>
internal sealed record PageLanguage(string Tag, string Name, string Direction, string Trying, string Version);
