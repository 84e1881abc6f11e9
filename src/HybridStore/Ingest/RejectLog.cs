using System.Text.Encodings.Web;
using System.Text.Json;
using HybridStore.Native.Csv;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>A source's quarantine: a head, and one JSON object a line for each row that could not be stored.</summary>
/// <remarks>
/// Made with the first reject; it has its final name before the commit that counts it, and counts only with that commit:
/// <see cref="RejectFileName"/>. Thread-safe but for what it tells.
/// </remarks>
/// <param name="path">Its final name.</param>
/// <param name="head">What its rows have in common; null when the source could not be opened, and has no rows.</param>
/// <param name="origin">Where a row came from, when it is read from a copy; null when it is where the reader says.</param>
internal sealed class RejectLog(string path, RejectFileHead? head, Func<CsvReject, QuarantinedRow>? origin = null) : IDisposable
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A writer of its own: another run may be reading the same source.
    private readonly string _unfinishedPath = $"{path}.{Guid.NewGuid():N}.unfinished";
    private readonly Lock _gate = new();
    private FileStream? _stream;

    /// <summary>Rows in quarantine.</summary>
    internal long RowCount { get; private set; }

    /// <summary>The first reject as a sentence for an error message, or null.</summary>
    internal string? First { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <returns>The reject as a sentence.</returns>
    internal string Add(CsvReject reject)
    {
        lock (_gate) return AddOne(origin?.Invoke(reject) ?? RowOf(reject));
    }

    /// <summary>Adds a row that stays in quarantine as it is.</summary>
    internal void Keep(QuarantinedRow row)
    {
        lock (_gate) AddOne(row);
    }

    /// <summary>Puts the quarantine on the disk under its final name. What is there already has that name from a run that did not come to its commit.</summary>
    internal void Publish()
    {
        if (_stream is null)
        {
            if (File.Exists(path)) File.Delete(path);
            return;
        }

        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        _stream = null;
        DurableFile.Rename(_unfinishedPath, path);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Drops what was not published.</summary>
    public void Dispose()
    {
        if (_stream is null) return;
        _stream.Dispose();
        File.Delete(_unfinishedPath);
    }

    private QuarantinedRow RowOf(CsvReject reject)
    {
        var column = reject.Column >= 0 && reject.Column < head!.Columns.Count ? head.Columns[reject.Column] : null;
        return new QuarantinedRow(head!.Source, reject.Line, reject.ByteOffset, column, reject.FieldText, reject.Explanation, reject.RowText);
    }

    private string AddOne(QuarantinedRow row)
    {
        if (_stream is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _stream = new FileStream(_unfinishedPath, FileMode.Create, FileAccess.Write);
            _stream.Write(JsonSerializer.SerializeToUtf8Bytes(head!, RejectFileHeadJson.Default.RejectFileHead));
            _stream.WriteByte((byte)'\n');
        }

        var sentence = $"{row.File}:{row.Line}: {(row.Column is null ? "" : $"column '{row.Column}': ")}{row.Reason}";
        First ??= sentence;
        RowCount++;
        using (var json = new Utf8JsonWriter(_stream, Json))
        {
            json.WriteStartObject();
            json.WriteString("file", row.File);
            json.WriteNumber("line", row.Line);
            json.WriteNumber("byte_offset", row.ByteOffset);
            json.WriteString("column", row.Column);
            json.WriteString("text", row.Text);
            json.WriteString("reason", row.Reason);
            json.WriteString("row", row.Row);
            json.WriteEndObject();
        }

        _stream.WriteByte((byte)'\n');
        return sentence;
    }
}
