using System.Buffers;
using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Cli.Output.Rows;

/// <summary>CSV of RFC 4180 with a header, and lines that end as on Unix; a null is nothing, an empty text is <c>""</c>.</summary>
internal sealed class CsvRowWriter(Stream stream) : IRowWriter
{
    private static readonly SearchValues<byte> QuotedBytes = SearchValues.Create(",\"\r\n"u8);

    private readonly ByteSink _sink = new(stream);

    public void Begin(IReadOnlyList<DuckDbColumn> columns)
    {
        for (var index = 0; index < columns.Count; index++)
        {
            if (index > 0) _sink.Buffer.Append(',');
            var start = _sink.Buffer.Length;
            _sink.Buffer.Append(columns[index].Name);
            QuoteFrom(start);
        }

        _sink.Buffer.Append('\n');
    }

    public bool Write(DuckDbChunk chunk)
    {
        for (var row = 0; row < chunk.RowCount; row++)
        {
            for (var index = 0; index < chunk.ColumnCount; index++)
            {
                if (index > 0) _sink.Buffer.Append(',');
                var column = chunk.Column(index);
                if (column.IsNull(row)) continue;
                var start = _sink.Buffer.Length;
                ValueText.Append(_sink.Buffer, column, row);
                QuoteFrom(start);
            }

            _sink.Buffer.Append('\n');
        }

        _sink.FlushWhenFull();
        return true;
    }

    public void End() => _sink.Flush();

    private void QuoteFrom(int start)
    {
        var text = _sink.Buffer.Written[start..];
        if (!text.IsEmpty && !text.ContainsAny(QuotedBytes)) return;
        var copy = text.ToArray();
        _sink.Buffer.Truncate(start);
        _sink.Buffer.Append('"');
        foreach (var value in copy)
        {
            if (value == '"') _sink.Buffer.Append('"');
            _sink.Buffer.Append(value);
        }

        _sink.Buffer.Append('"');
    }
}
