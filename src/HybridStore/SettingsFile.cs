using System.Text;
using System.Text.Json;
using HybridStore.Native.Posix;

namespace HybridStore;

/// <summary>Changes one value of a <c>hybrid.json</c>, and leaves everything else of it as its author wrote it, comments too.</summary>
public static class SettingsFile
{
    /// <summary>Sets a value.</summary>
    /// <param name="path">The file, made when it is missing.</param>
    /// <param name="setting">Which.</param>
    /// <param name="value">The new value; null for the default.</param>
    /// <exception cref="StoreException">Usage: the setting cannot have that value. CorruptStore: the file is broken.</exception>
    /// <exception cref="IOException">The disk refused; the file is as it was.</exception>
    public static void Set(string path, StoreSetting setting, string? value)
    {
        var defaults = new StoreSettings();
        if (value is not null && setting.TryWith(defaults, value) is null)
        {
            throw new StoreException(StoreErrorKind.Usage, $"{setting.Name}: expected {setting.Expected}, found '{value}'.");
        }

        StoreSettings.WriteDefaults(path);
        _ = StoreSettings.Read(path); // What is broken is not made worse.
        var text = File.ReadAllBytes(path);
        var isSealed = SettingsSeal.FindDamage(path) is null;
        var changed = Replace(text, setting.Name, ToJson(setting, value ?? setting.Read(defaults)));
        // An edit by hand that nobody has accepted yet stays one.
        if (isSealed) changed = Encoding.UTF8.GetBytes(SettingsSeal.Apply(Encoding.UTF8.GetString(changed)));
        Write(path, changed, isNew: false);
    }

    /// <summary>Writes a whole settings file beside its place, then brings it there: a process that dies leaves the old file or the new one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What it is to hold: settings that can be read.</param>
    /// <param name="isNew">Whether a file that another process made meanwhile stays.</param>
    /// <exception cref="StoreException">CorruptStore: the settings do not parse.</exception>
    /// <exception cref="IOException">The disk refused; the file is as it was.</exception>
    internal static void Write(string path, byte[] bytes, bool isNew)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(draft, bytes);
            _ = StoreSettings.Read(draft);
            DurableFile.SyncFile(draft);
            if (!isNew) DurableFile.Rename(draft, path);
            else Link(draft, path);
            DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static void Link(string draft, string path)
    {
        try
        {
            DurableFile.TryLink(draft, path);
        }
        catch (IOException error) when (DurableFile.LacksLinks(error))
        {
            DurableFile.Rename(draft, path);
        }
    }

    private static string ToJson(StoreSetting setting, string? value) => value is null ? "null" : setting.IsText ? JsonSerializer.Serialize(value) : value;

    private static byte[] Replace(byte[] text, string name, string value)
    {
        var start = text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(text.AsSpan(start), new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var open = 0;
        var isFirst = true;
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.StartObject, CurrentDepth: 0 }) open = start + (int)reader.BytesConsumed;
            if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }) continue;
            isFirst = false;
            if (!reader.ValueTextEquals(name)) continue;
            reader.Read();
            return [.. text[..(start + (int)reader.TokenStartIndex)], .. Encoding.UTF8.GetBytes(value), .. text[(start + (int)reader.BytesConsumed)..]];
        }

        return [.. text[..open], .. Encoding.UTF8.GetBytes($"\n  \"{name}\": {value}{(isFirst ? "" : ",")}"), .. text[open..]];
    }
}
