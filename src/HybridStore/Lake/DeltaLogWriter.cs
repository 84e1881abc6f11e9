using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Writes one version of a Delta log.</summary>
/// <remarks>
/// FORMAT.md, "Commits". Its memory is bounded: a version may bring hundreds of thousands of files. The head comes first (<see cref="CommitInfo"/>
/// or <see cref="CompactionInfo"/>), <see cref="Complete"/> last. Not thread-safe; used once.
/// </remarks>
internal sealed class DeltaLogWriter : IDisposable
{
    internal const string EngineInfo = "hybrid/0.1.0";

    /// <summary>Names and paths stand in the log as people write them; nobody puts it into a web page.</summary>
    internal static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private const int BufferBytes = 1 << 16;

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly XxHash64 _hash = new();
    private int _checksumStart = -1;

    /// <param name="output">Where it is written, from position 0; seekable, left open.</param>
    internal DeltaLogWriter(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_buffer, JsonOptions);
    }

    internal static ReadOnlySpan<byte> ChecksumTag => "hybrid.xxh64"u8;

    internal static ReadOnlySpan<byte> AddedVersionTag => "hybrid.addedVersion"u8;

    internal void CommitInfo(DateTimeOffset time, string operation, string transactionId, long version, CommitDetails details, int filesAdded, int filesRemoved)
    {
        Begin("commitInfo");
        _json.WriteNumber("timestamp", time.ToUnixTimeMilliseconds());
        _json.WriteString("operation", operation);
        _json.WriteStartObject("operationParameters");
        foreach (var (name, value) in details.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)) _json.WriteString(name, value);
        _json.WriteEndObject();
        _json.WriteStartObject("operationMetrics");
        _json.WriteString("numFiles", filesAdded.ToString(CultureInfo.InvariantCulture));
        _json.WriteString("numRemovedFiles", filesRemoved.ToString(CultureInfo.InvariantCulture));
        _json.WriteString("numOutputRows", details.RowsStored.ToString(CultureInfo.InvariantCulture));
        _json.WriteEndObject();
        _json.WriteString("engineInfo", EngineInfo);
        _json.WriteString("txnId", transactionId);
        _json.WriteStartObject("hybrid");
        _json.WriteString("checksum", new string('0', DeltaLogReader.ChecksumChars));
        _json.WriteNumber("version", version);
        _json.WriteStartArray("sources");
        foreach (var source in details.Sources) _json.WriteStringValue(source);
        _json.WriteEndArray();
        _json.WriteNumber("rowsRead", details.RowsRead);
        _json.WriteNumber("rowsStored", details.RowsStored);
        _json.WriteNumber("rowsRejected", details.RowsRejected);
        _json.WriteNumber("rowsDeduplicated", details.RowsDeduplicated);
        _json.WriteNumber("rowsFiltered", details.RowsFiltered);
        _json.WriteNumber("seconds", details.Seconds);
        _json.WriteEndObject();
        End();
        BeginChecksum();
    }

    /// <summary>The head of a compacted file: Delta keeps no commitInfo there, but its place carries the checksum.</summary>
    /// <param name="range">The versions in it; null for a checkpoint, which keeps no such action.</param>
    internal void CompactionInfo((long From, long To)? range)
    {
        Begin("commitInfo");
        _json.WriteString("engineInfo", EngineInfo);
        _json.WriteStartObject("hybrid");
        _json.WriteString("checksum", new string('0', DeltaLogReader.ChecksumChars));
        if (range is var (from, to))
        {
            _json.WriteNumber("version", to);
            _json.WriteNumber("fromVersion", from);
        }

        _json.WriteEndObject();
        End();
        BeginChecksum();
    }

    internal void Protocol(DeltaProtocol protocol)
    {
        Begin("protocol");
        _json.WriteNumber("minReaderVersion", protocol.ReaderVersion);
        _json.WriteNumber("minWriterVersion", protocol.WriterVersion);
        if (protocol.ReaderVersion >= 3) Texts("readerFeatures", protocol.ReaderFeatures);
        if (protocol.WriterVersion >= 7) Texts("writerFeatures", protocol.WriterFeatures);
        End();
    }

    internal void Metadata(DeltaMetadata metadata)
    {
        Begin("metaData");
        _json.WriteString("id", metadata.Id);
        if (metadata.Name is { } name) _json.WriteString("name", name);
        _json.WriteStartObject("format");
        _json.WriteString("provider", "parquet");
        _json.WriteStartObject("options");
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteString("schemaString", metadata.SchemaString);
        Texts("partitionColumns", metadata.PartitionColumns);
        _json.WriteStartObject("configuration");
        foreach (var (key, value) in metadata.Configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal)) _json.WriteString(key, value);
        _json.WriteEndObject();
        if (metadata.CreatedMs is { } created) _json.WriteNumber("createdTime", created);
        End();
    }

    internal void AppTransaction(string appId, long version, DateTimeOffset? time)
    {
        Begin("txn");
        _json.WriteString("appId", appId);
        _json.WriteNumber("version", version);
        if (time is { } updated) _json.WriteNumber("lastUpdated", updated.ToUnixTimeMilliseconds());
        End();
    }

    internal void Remove(Partitioning partitioning, DataFile file, DateTimeOffset time, bool dataChange)
    {
        Begin("remove");
        _json.WriteString("path", file.Url ?? DeltaPath.Encode(file.Path));
        _json.WriteNumber("deletionTimestamp", time.ToUnixTimeMilliseconds());
        _json.WriteBoolean("dataChange", dataChange);
        _json.WriteBoolean("extendedFileMetadata", true);
        PartitionValues(partitioning, file.Symbol, PartitionPath.TimeValue(partitioning, file.Days));
        _json.WriteNumber("size", file.SizeBytes);
        End();
    }

    /// <summary>A tombstone of a compacted file.</summary>
    internal void Remove(DeltaRemove remove)
    {
        Begin("remove");
        _json.WriteString("path", remove.Url ?? DeltaPath.Encode(remove.Path));
        _json.WriteNumber("deletionTimestamp", remove.DeletedMs);
        _json.WriteBoolean("dataChange", remove.DataChange);
        End();
    }

    /// <param name="partitioning">The table's layout.</param>
    /// <param name="add">The file.</param>
    /// <param name="addedVersion">Where the version that added it is not the one written: in compacted files.</param>
    internal void Add(Partitioning partitioning, DeltaAdd add, long? addedVersion = null)
    {
        Begin("add");
        _json.WriteString("path", add.Url ?? DeltaPath.Encode(add.Path));
        PartitionValues(partitioning, add.Symbol, add.Time);
        _json.WriteNumber("size", add.SizeBytes);
        _json.WriteNumber("modificationTime", add.ModifiedMs);
        _json.WriteBoolean("dataChange", add.DataChange);
        _json.WriteString("stats", add.Statistics);
        if (add.DeletionVector is { } deleted)
        {
            _json.WritePropertyName("deletionVector");
            _json.WriteRawValue(deleted);
        }

        _json.WriteStartObject("tags");
        if (add.Checksum != 0) _json.WriteString(ChecksumTag, add.Checksum.ToString("x16", CultureInfo.InvariantCulture));
        if (addedVersion is { } version) _json.WriteString(AddedVersionTag, version.ToString(CultureInfo.InvariantCulture));
        _json.WriteEndObject();
        End();
    }

    /// <summary>Writes what is left, and the checksum in its place.</summary>
    internal void Complete()
    {
        Flush();
        _output.Position = _checksumStart;
        _output.Write(Encoding.ASCII.GetBytes(_hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
    }

    /// <summary>The checksum is of all bytes but its own.</summary>
    private void BeginChecksum()
    {
        var head = _buffer.WrittenSpan;
        _checksumStart = head.IndexOf(DeltaLogReader.ChecksumMark) + DeltaLogReader.ChecksumMark.Length;
        _hash.Append(head[.._checksumStart]);
        _hash.Append(head[(_checksumStart + DeltaLogReader.ChecksumChars)..]);
        _output.Write(head);
        _buffer.ResetWrittenCount();
    }

    private void Flush()
    {
        _hash.Append(_buffer.WrittenSpan);
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    private void Begin(string action)
    {
        _json.WriteStartObject();
        _json.WriteStartObject(action);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        _json.Reset();
        if (_checksumStart >= 0 && _buffer.WrittenCount >= BufferBytes) Flush();
    }

    private void PartitionValues(Partitioning partitioning, string? symbol, string? time)
    {
        _json.WriteStartObject("partitionValues");
        if (partitioning.IsBySymbol()) _json.WriteString(Dataset.SymbolAlias, symbol);
        _json.WriteString(PartitionPath.TimeKey(partitioning), time);
        _json.WriteEndObject();
    }

    private void Texts(string name, IReadOnlyList<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values) _json.WriteStringValue(value);
        _json.WriteEndArray();
    }
}
