namespace SmartQueue.Pages.Tests;

/// <summary>Takes a picture of every page for people to look at; run by <c>services/Gateway/Web/pictures</c> only.</summary>
public sealed class Pictures(SystemWithPages system)
{
    [Fact(Explicit = true)]
    public async Task Take()
    {
        var folder = Environment.GetEnvironmentVariable("SMARTQUEUE_PICTURES") ?? Path.Combine(Path.GetTempPath(), "smartqueue-pictures");
        var only = Environment.GetEnvironmentVariable("SMARTQUEUE_PICTURES_OF")?.Split(',');
        Directory.CreateDirectory(folder);
        var hall = await Hall.OpenAsync(system);
        foreach (var scene in Scene.All.Where(s => only?.Contains(s.Name) ?? true))
        {
            await TakeAsync(scene, "light", "en", ColorScheme.Light, false);
            await TakeAsync(scene, "dark", "en", ColorScheme.Dark, false);
            await TakeAsync(scene, "phone", "en", ColorScheme.Light, true);
            await TakeAsync(scene, "arabic", "ar", ColorScheme.Light, false);
        }

        async Task TakeAsync(Scene scene, string kind, string language, ColorScheme scheme, bool phone)
        {
            var options = new BrowserNewContextOptions
            {
                ColorScheme = scheme,
                ViewportSize = new ViewportSize { Width = phone ? 360 : 1280, Height = phone ? 720 : 800 },
            };
            await using var device = await hall.OpenAsync(system, scene, options);
            await scene.ShowAsync(device, hall, language);
            await device.Page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(folder, $"{scene.Name}-{kind}.png"), FullPage = only is null }
            );
        }
    }
}
