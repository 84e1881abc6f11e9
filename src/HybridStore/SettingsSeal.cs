using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace HybridStore;

/// <summary>The last line of <c>hybrid.json</c>: a checksum of all before it, so that a flipped bit is told from a setting.</summary>
/// <remarks>Nothing but <c>hybrid verify</c> looks at it: whoever edits the file by hand may leave it as it is until then.</remarks>
public static class SettingsSeal
{
    private const string Start = "// xxh64 ";
    private const string End = "  of all above. After an edit by hand: hybrid verify --accept-settings";

    /// <summary>A settings text with its seal, which replaces an older one.</summary>
    /// <param name="text">The settings, JSON with comments.</param>
    public static string Apply(string text)
    {
        var line = SealStart(text);
        var body = line < 0 ? text : text[..line];
        if (body.Length > 0 && body[^1] != '\n') body += "\n";
        return $"{body}{Line(body)}\n";
    }

    /// <summary>Compares a settings file with its seal.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What was expected and found; null when all is well.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    public static string? FindDamage(string path)
    {
        if (!File.Exists(path)) return "expected the store's settings, found none: defaults count";
        var bytes = File.ReadAllBytes(path);
        var text = Encoding.UTF8.GetString(bytes);
        if (!Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes)) return "expected text in UTF-8, found bytes that are none";
        return text == Apply(text) && SealStart(text) >= 0 ? null : "expected the settings that hybrid last wrote or accepted, found others";
    }

    /// <summary>Writes the seal of a settings file anew: a person says that it is right.</summary>
    /// <param name="path">The file; made with the defaults when it is missing.</param>
    /// <exception cref="StoreException">CorruptStore: it does not parse.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Accept(string path)
    {
        StoreSettings.WriteDefaults(path);
        StoreSettings.Read(path);
        SettingsFile.Write(path, Encoding.UTF8.GetBytes(Apply(File.ReadAllText(path))), isNew: false);
    }

    private static int SealStart(string text)
    {
        var line = text.TrimEnd('\n').LastIndexOf('\n') + 1;
        return text.AsSpan(line).StartsWith(Start, StringComparison.Ordinal) ? line : -1;
    }

    private static string Line(string body) => string.Create(CultureInfo.InvariantCulture, $"{Start}{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(body)):x16}{End}");
}
