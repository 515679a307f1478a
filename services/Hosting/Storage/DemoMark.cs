namespace SmartQueue.Hosting.Storage;

/// <summary>
/// Marks a data folder whose people, tickets and figures are made up. It is a file in the folder, so that it stays with the data: pages
/// say what they show, and nothing but the demo serves it.
/// </summary>
public static class DemoMark
{
    private const string FileName = "DEMO.txt";

    /// <summary>Whether a folder is marked.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Marks a folder, and makes it where there is none.</summary>
    public static void Put(string folder)
    {
        PrivateFiles.CreateFolder(folder);
        using var file = PrivateFiles.Open(Path.Combine(folder, FileName), FileMode.Create);
        using var text = new StreamWriter(file);
        text.WriteLine("All in this folder is made up by \"smartqueue demo\", which deletes it at its next start. Keep nothing here.");
    }
}
