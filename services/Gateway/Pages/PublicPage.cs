namespace SmartQueue.Gateway.Pages;

/// <summary>Marks an address that anyone may read and that tells nothing of anybody: a page or what it loads.</summary>
internal sealed class PublicPage;
