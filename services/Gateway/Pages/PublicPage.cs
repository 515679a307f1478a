namespace SmartQueue.Gateway.Pages;

/// <summary>Marks an address that anyone may read and that is the same for everyone: a page or what it loads.</summary>
internal sealed class PublicPage;
