using System.Globalization;
using System.Text.Json;

namespace HybridStore.Lake;

/// <summary>The file <c>_last_checkpoint</c>: which checkpoint is the newest, and what its bytes are.</summary>
/// <param name="Version">The checkpoint's version.</param>
/// <param name="ActionCount">Its rows.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="FileCount">The live files in it.</param>
/// <param name="Checksum">XXH64 of the whole checkpoint; null when another program wrote it.</param>
/// <remarks>FORMAT.md, "Checkpoints". Source: Delta protocol, "Last Checkpoint File Schema".</remarks>
internal sealed record LastCheckpoint(long Version, long ActionCount, long SizeBytes, long FileCount, ulong? Checksum)
{
    private const string ChecksumTag = "hybrid.xxh64";

    internal byte[] ToBytes()
    {
        using var unsigned = JsonDocument.Parse(Write(checksum: null));
        return Write(JsonChecksum.Of(unsigned.RootElement));
    }

    /// <summary>Undoes <see cref="ToBytes"/>, and reads what other programs write.</summary>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="StoreException">CorruptStore: it is damaged.</exception>
    internal static LastCheckpoint? TryRead(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = json.RootElement;
            if (root.TryGetProperty("checksum", out var checksum) && checksum.GetString() != JsonChecksum.Of(root)) throw new FormatException("its checksum differs");
            var tag = root.TryGetProperty("tags", out var tags) && tags.TryGetProperty(ChecksumTag, out var digits) ? digits.GetString() : null;
            if (tag is not null && checksum.ValueKind == JsonValueKind.Undefined) throw new FormatException("its checksum is gone");
            return new LastCheckpoint(
                root.GetProperty("version").GetInt64(),
                root.GetProperty("size").GetInt64(),
                root.TryGetProperty("sizeInBytes", out var size) ? size.GetInt64() : 0,
                root.TryGetProperty("numOfAddFiles", out var count) ? count.GetInt64() : 0,
                tag is null ? null : ulong.Parse(tag, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{path}: expected which checkpoint is the newest, found what is damaged ({error.Message}). Write it anew with 'hybrid compact --checkpoint'.", error);
        }
    }

    private byte[] Write(string? checksum)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DeltaLogWriter.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteNumber("size", ActionCount);
            json.WriteNumber("sizeInBytes", SizeBytes);
            json.WriteNumber("numOfAddFiles", FileCount);
            json.WriteStartObject("tags");
            json.WriteString(ChecksumTag, (Checksum ?? 0).ToString("x16", CultureInfo.InvariantCulture));
            json.WriteEndObject();
            if (checksum is not null) json.WriteString("checksum", checksum);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
