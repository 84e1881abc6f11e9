using System.Text.Encodings.Web;
using System.Text.Json;
using HybridStore.Native.Csv;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>A source's quarantine: one JSON object a line for each row that could not be stored.</summary>
/// <remarks>Made with the first reject; it has its final name before the commit that counts it. Thread-safe but for what it tells.</remarks>
internal sealed class RejectLog(string path, string source, IReadOnlyList<string> columnNames) : IDisposable
{
    internal const string FolderName = "_rejects";
    internal const string Extension = ".ndjson";

    private readonly string _unfinishedPath = path + ".unfinished";
    private readonly Lock _gate = new();
    private FileStream? _stream;

    /// <summary>Rows in quarantine.</summary>
    internal long RowCount { get; private set; }

    /// <summary>The first reject as a sentence for an error message, or null.</summary>
    internal string? First { get; private set; }

    /// <summary>Adds a row.</summary>
    internal void Add(CsvReject reject)
    {
        lock (_gate) AddOne(reject);
    }

    /// <summary>Puts the quarantine on the disk under its final name.</summary>
    internal void Publish()
    {
        if (_stream is null) return;
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        _stream = null;
        DurableFile.Rename(_unfinishedPath, path);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes a published quarantine whose commit did not happen.</summary>
    internal void TakeBack()
    {
        if (RowCount > 0) File.Delete(path);
    }

    /// <summary>Drops what was not published.</summary>
    public void Dispose()
    {
        if (_stream is null) return;
        _stream.Dispose();
        File.Delete(_unfinishedPath);
    }

    private void AddOne(CsvReject reject)
    {
        if (_stream is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _stream = new FileStream(_unfinishedPath, FileMode.Create, FileAccess.Write);
        }

        var column = reject.Column >= 0 && reject.Column < columnNames.Count ? columnNames[reject.Column] : null;
        First ??= $"{source}:{reject.Line}: {(column is null ? "" : $"column '{column}': ")}{reject.Explanation}";
        RowCount++;
        using (var json = new Utf8JsonWriter(_stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("file", source);
            json.WriteNumber("line", reject.Line);
            json.WriteNumber("byte_offset", reject.ByteOffset);
            json.WriteString("column", column);
            json.WriteString("text", reject.FieldText);
            json.WriteString("reason", reject.Explanation);
            json.WriteString("row", reject.RowText);
            json.WriteEndObject();
        }

        _stream.WriteByte((byte)'\n');
    }
}
