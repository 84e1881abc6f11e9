using System.Text.Json;

namespace HybridStore.Lake;

/// <summary>What a transaction is about to do to the tree: on the disk before the first file moves, so that its death can be repaired.</summary>
/// <param name="BasisVersion">The version that it began from; -1 when it makes the table.</param>
/// <param name="Enter">Files that it brings into the tree, as <see cref="DataFile.Path"/>.</param>
/// <param name="Leave">Files that leave the tree once it is committed.</param>
/// <remarks>FORMAT.md, "Transactions". A path enters the tree once and leaves it once, ever: so undoing is safe at any time.</remarks>
internal sealed record LakeIntent(long BasisVersion, IReadOnlyList<string> Enter, IReadOnlyList<string> Leave)
{
    /// <summary>Bytes of paths that may wait in memory.</summary>
    private const int FlushBytes = 1 << 16;

    internal void WriteTo(Stream output)
    {
        using var json = new Utf8JsonWriter(output, DeltaLogWriter.JsonOptions);
        json.WriteStartObject();
        json.WriteNumber("basisVersion", BasisVersion);
        WritePaths(json, "enter", Enter);
        WritePaths(json, "leave", Leave);
        json.WriteEndObject();
    }

    /// <summary>Undoes <see cref="WriteTo"/>.</summary>
    /// <exception cref="StoreException">CorruptStore: the file is damaged.</exception>
    internal static LakeIntent Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new LakeIntent(json.RootElement.GetProperty("basisVersion").GetInt64(), ReadPaths(json, "enter"), ReadPaths(json, "leave"));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new StoreException(
                StoreErrorKind.CorruptStore,
                $"{path}: expected what an interrupted write was about to do, found what does not parse. Run 'hybrid verify'; then remove the folder that the file is in.",
                error);
        }
    }

    private static void WritePaths(Utf8JsonWriter json, string name, IReadOnlyList<string> paths)
    {
        json.WriteStartArray(name);
        foreach (var path in paths)
        {
            json.WriteStringValue(DeltaPath.Encode(path));
            if (json.BytesPending > FlushBytes) json.Flush();
        }

        json.WriteEndArray();
    }

    private static List<string> ReadPaths(JsonDocument json, string name) =>
        [.. json.RootElement.GetProperty(name).EnumerateArray().Select(path => DeltaPath.TryDecode(path.GetString()!) ?? throw new FormatException("A path leads out."))];
}
