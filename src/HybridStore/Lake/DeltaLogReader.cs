using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace HybridStore.Lake;

/// <summary>Reads one version of a Delta log.</summary>
/// <remarks>FORMAT.md, "Commits". Actions and fields that hybrid does not know are passed over, as the protocol asks.</remarks>
internal static class DeltaLogReader
{
    /// <summary>What makes a commit one of hybrid's: two marks, so that damage to one does not hide it.</summary>
    private static ReadOnlySpan<byte> EngineMark => "\"engineInfo\":\"hybrid/"u8;

    internal static ReadOnlySpan<byte> ChecksumMark => "\"hybrid\":{\"checksum\":\""u8;

    /// <summary>Hexadecimal digits of a commit's own checksum.</summary>
    internal const int ChecksumChars = 16;

    /// <summary>Reads a version.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">Its version; of a compacted file the last.</param>
    /// <param name="from">Of a compacted file the first version.</param>
    /// <exception cref="StoreException">CorruptStore: not what a writer wrote, or beyond what hybrid knows.</exception>
    /// <exception cref="IOException">The file is gone, or the disk refused.</exception>
    internal static DeltaCommit Read(string path, long version, long? from = null) => Parse(File.ReadAllBytes(path), path, version, from);

    internal static DeltaCommit Parse(byte[] bytes, string path, long version, long? from = null)
    {
        CheckChecksum(bytes, path);
        var commit = new DeltaCommit(version);
        var rest = bytes.AsMemory();
        for (var line = 1; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var text = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (text.Span.Trim(" \r\t"u8).IsEmpty) continue;
            try
            {
                ReadAction(text, commit);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException)
            {
                throw Corrupt($"{path}:{line}", $"expected an action of a Delta log, found what does not parse ({error.Message})", error);
            }
            catch (StoreException error)
            {
                throw new StoreException(error.Kind, $"{path}:{line}: {error.Message}", error);
            }
        }

        if ((commit.StatedVersion ?? version) != version || (commit.StatedFrom ?? from) != from)
        {
            throw Corrupt(path, $"expected version {version}, found the file of version {commit.StatedVersion}");
        }

        if (commit.Info is null && commit.Adds.Count + commit.Removes.Count + commit.AppTransactions.Count == 0 && commit.Metadata is null && commit.Protocol is null)
        {
            throw Corrupt(path, "expected actions of a Delta log, found none");
        }

        return commit;
    }

    /// <summary>Reads one action, or a checkpoint's row of actions of which most are null.</summary>
    /// <exception cref="StoreException">CorruptStore: beyond what hybrid knows.</exception>
    /// <exception cref="JsonException">It is no action.</exception>
    internal static void ReadAction(ReadOnlyMemory<byte> text, DeltaCommit commit)
    {
        var reader = new Utf8JsonReader(text.Span);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (SkipNull(ref reader)) continue;
            if (reader.ValueTextEquals("add"u8)) commit.Adds.Add(ReadAdd(ref reader, text, commit.Version));
            else if (reader.ValueTextEquals("remove"u8)) commit.Removes.Add(ReadRemove(ref reader));
            else if (reader.ValueTextEquals("txn"u8)) commit.AppTransactions.Add(ReadAppTransaction(ref reader));
            else if (reader.ValueTextEquals("metaData"u8)) commit.Metadata = ReadMetadata(ref reader);
            else if (reader.ValueTextEquals("protocol"u8)) commit.Protocol = ReadProtocol(ref reader);
            else if (reader.ValueTextEquals("commitInfo"u8)) ReadInfo(ref reader, text, commit);
            else reader.Skip();
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) throw new JsonException("more than one object on a line");
    }

    private static void CheckChecksum(byte[] bytes, string path)
    {
        var at = bytes.AsSpan().IndexOf(ChecksumMark);
        if (at < 0 && bytes.AsSpan().IndexOf(EngineMark) < 0) return; // Another program's.
        var start = at + ChecksumMark.Length;
        if (at >= 0 && start + ChecksumChars <= bytes.Length)
        {
            var hash = new XxHash64();
            hash.Append(bytes.AsSpan(0, start));
            hash.Append(bytes.AsSpan(start + ChecksumChars));
            if (bytes.AsSpan(start, ChecksumChars).SequenceEqual(Encoding.ASCII.GetBytes(hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture)))) return;
        }

        throw Corrupt(path, "the file is not as hybrid wrote it (its checksum differs)");
    }

    private static DeltaAdd ReadAdd(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, long version)
    {
        string? url = null, symbol = null, time = null;
        long? sizeBytes = null;
        long modifiedMs = 0;
        var dataChange = true;
        var checksum = 0UL;
        byte[]? statistics = null, deletionVector = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("path"u8)) url = Text(ref reader);
            else if (reader.ValueTextEquals("size"u8)) sizeBytes = Number(ref reader);
            else if (reader.ValueTextEquals("modificationTime"u8)) modifiedMs = Number(ref reader) ?? 0;
            else if (reader.ValueTextEquals("dataChange"u8)) dataChange = reader.Read() && reader.GetBoolean();
            else if (reader.ValueTextEquals("stats"u8)) statistics = TextBytes(ref reader);
            else if (reader.ValueTextEquals("partitionValues"u8)) ReadPartitionValues(ref reader, out symbol, out time);
            else if (reader.ValueTextEquals("tags"u8)) ReadTags(ref reader, ref checksum, ref version);
            else if (reader.ValueTextEquals("deletionVector"u8)) deletionVector = ObjectBytes(ref reader, text);
            else reader.Skip();
        }

        if (url is null || sizeBytes is null) throw new JsonException("an 'add' without path or size");
        var path = PathOf(url);
        return new DeltaAdd
        {
            Path = path,
            Url = SpelledOtherwise(url, path),
            Symbol = symbol,
            Time = time,
            SizeBytes = sizeBytes.Value,
            ModifiedMs = modifiedMs,
            DataChange = dataChange,
            RowCount = statistics is null ? null : DeltaStatistics.RowCountOf(statistics),
            Checksum = checksum,
            AddedVersion = version,
            Statistics = statistics ?? [.. "{}"u8],
            DeletionVector = deletionVector,
        };
    }

    private static void ReadPartitionValues(ref Utf8JsonReader reader, out string? symbol, out string? time)
    {
        symbol = time = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("symbol"u8)) symbol = Text(ref reader) is { Length: > 0 } value ? value : null; // Delta: '' is null.
            else if (reader.ValueTextEquals("date"u8) || reader.ValueTextEquals("month"u8) || reader.ValueTextEquals("year"u8)) time = Text(ref reader);
            else reader.Skip();
        }
    }

    private static void ReadTags(ref Utf8JsonReader reader, ref ulong checksum, ref long version)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals(DeltaLogWriter.ChecksumTag)) checksum = ulong.Parse(Text(ref reader)!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            else if (reader.ValueTextEquals(DeltaLogWriter.AddedVersionTag)) version = long.Parse(Text(ref reader)!, NumberStyles.None, CultureInfo.InvariantCulture);
            else reader.Skip();
        }
    }

    private static DeltaRemove ReadRemove(ref Utf8JsonReader reader)
    {
        string? url = null;
        long deletedMs = 0;
        var dataChange = true;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("path"u8)) url = Text(ref reader);
            else if (reader.ValueTextEquals("deletionTimestamp"u8)) deletedMs = Number(ref reader) ?? 0;
            else if (reader.ValueTextEquals("dataChange"u8)) dataChange = reader.Read() && reader.GetBoolean();
            else reader.Skip();
        }

        var path = PathOf(url ?? throw new JsonException("a 'remove' without path"));
        return new DeltaRemove(path, deletedMs, dataChange, SpelledOtherwise(url, path));
    }

    private static DeltaAppTransaction ReadAppTransaction(ref Utf8JsonReader reader)
    {
        string? appId = null;
        long? version = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("appId"u8)) appId = Text(ref reader);
            else if (reader.ValueTextEquals("version"u8)) version = Number(ref reader);
            else reader.Skip();
        }

        return appId is not null && version is not null ? new(appId, version.Value) : throw new JsonException("a 'txn' without appId or version");
    }

    private static DeltaProtocol ReadProtocol(ref Utf8JsonReader reader)
    {
        long? readerVersion = null, writerVersion = null;
        IReadOnlyList<string> readerFeatures = [], writerFeatures = [];
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("minReaderVersion"u8)) readerVersion = Number(ref reader);
            else if (reader.ValueTextEquals("minWriterVersion"u8)) writerVersion = Number(ref reader);
            else if (reader.ValueTextEquals("readerFeatures"u8)) readerFeatures = Texts(ref reader);
            else if (reader.ValueTextEquals("writerFeatures"u8)) writerFeatures = Texts(ref reader);
            else reader.Skip();
        }

        if (readerVersion is null || writerVersion is null) throw new JsonException("a 'protocol' without its versions");
        return new DeltaProtocol((int)readerVersion, (int)writerVersion, readerFeatures, writerFeatures);
    }

    private static DeltaMetadata ReadMetadata(ref Utf8JsonReader reader)
    {
        string? id = null, name = null, schemaString = null, provider = null;
        IReadOnlyList<string> partitionColumns = [];
        Dictionary<string, string> configuration = new(StringComparer.Ordinal);
        long? createdMs = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8)) id = Text(ref reader);
            else if (reader.ValueTextEquals("name"u8)) name = Text(ref reader);
            else if (reader.ValueTextEquals("schemaString"u8)) schemaString = Text(ref reader);
            else if (reader.ValueTextEquals("partitionColumns"u8)) partitionColumns = Texts(ref reader);
            else if (reader.ValueTextEquals("createdTime"u8)) createdMs = Number(ref reader);
            else if (reader.ValueTextEquals("configuration"u8)) configuration = TextMap(ref reader);
            else if (reader.ValueTextEquals("format"u8)) provider = ReadProvider(ref reader);
            else reader.Skip();
        }

        if (id is null || schemaString is null) throw new JsonException("a 'metaData' without id or schemaString");
        if (provider != "parquet") throw Unsupported($"data files of the format '{provider}'");
        return new DeltaMetadata(id, name, schemaString, partitionColumns, configuration, createdMs);
    }

    private static string? ReadProvider(ref Utf8JsonReader reader)
    {
        string? provider = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("provider"u8)) provider = Text(ref reader);
            else reader.Skip();
        }

        return provider;
    }

    private static void ReadInfo(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, DeltaCommit commit)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        var start = (int)reader.TokenStartIndex;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("txnId"u8)) commit.TransactionId = Text(ref reader);
            else if (reader.ValueTextEquals("hybrid"u8)) ReadStatedVersions(ref reader, commit);
            else reader.Skip();
        }

        commit.Info = text[start..(int)reader.BytesConsumed].ToArray();
    }

    private static void ReadStatedVersions(ref Utf8JsonReader reader, DeltaCommit commit)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("version"u8)) commit.StatedVersion = Number(ref reader);
            else if (reader.ValueTextEquals("fromVersion"u8)) commit.StatedFrom = Number(ref reader);
            else reader.Skip();
        }
    }

    private static string PathOf(string url) =>
        DeltaPath.TryDecode(url) ?? throw Unsupported($"the path '{url}', which leads out of the dataset's data");

    /// <returns>Null when it is as hybrid spells the path.</returns>
    private static string? SpelledOtherwise(string url, string path) => DeltaPath.Encode(path) == url ? null : url;

    private static bool SkipNull(ref Utf8JsonReader reader)
    {
        var next = reader;
        if (!next.Read() || next.TokenType != JsonTokenType.Null) return false;
        reader = next;
        return true;
    }

    private static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type) throw new JsonException($"expected {type}, found {reader.TokenType}");
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static byte[]? TextBytes(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (!reader.ValueIsEscaped) return reader.ValueSpan.ToArray();
        var bytes = new byte[reader.ValueSpan.Length];
        return bytes[..reader.CopyString(bytes)];
    }

    /// <summary>An object as it stands; null for null.</summary>
    private static byte[]? ObjectBytes(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return text[start..(int)reader.BytesConsumed].ToArray();
    }

    private static long? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64();
    }

    private static List<string> Texts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return texts;
        while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
        return texts;
    }

    private static Dictionary<string, string> TextMap(ref Utf8JsonReader reader)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            var key = reader.GetString()!;
            if (Text(ref reader) is { } value) map[key] = value;
        }

        return map;
    }

    private static StoreException Unsupported(string what) => new(
        StoreErrorKind.CorruptStore, $"the table uses {what}, which hybrid does not know. Use a newer hybrid, or the program that wrote it.");

    private static StoreException Corrupt(string where, string what, Exception? inner = null) => new(
        StoreErrorKind.CorruptStore, $"{where}: {what}. Restore the file from a backup, or run 'hybrid verify' to see what is affected.", inner);
}
