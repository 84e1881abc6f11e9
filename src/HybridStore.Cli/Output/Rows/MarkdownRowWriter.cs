using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Cli.Output.Rows;

/// <summary>A Markdown table; numbers stand on the right.</summary>
internal sealed class MarkdownRowWriter(Stream stream) : IRowWriter
{
    private readonly ByteSink _sink = new(stream);
    private readonly Utf8Buffer _cell = new();

    public void Begin(IReadOnlyList<DuckDbColumn> columns)
    {
        foreach (var column in columns)
        {
            _cell.Clear();
            _cell.Append(column.Name);
            AppendCell();
        }

        _sink.Buffer.Append("|\n"u8);
        foreach (var column in columns) _sink.Buffer.Append(column.Type.IsNumber() ? "| ---: "u8 : "| --- "u8);
        _sink.Buffer.Append("|\n"u8);
    }

    public bool Write(DuckDbChunk chunk)
    {
        for (var row = 0; row < chunk.RowCount; row++)
        {
            for (var index = 0; index < chunk.ColumnCount; index++)
            {
                _cell.Clear();
                ValueText.Append(_cell, chunk.Column(index), row);
                AppendCell();
            }

            _sink.Buffer.Append("|\n"u8);
        }

        _sink.FlushWhenFull();
        return true;
    }

    public void End() => _sink.Flush();

    private void AppendCell()
    {
        _sink.Buffer.Append("| "u8);
        foreach (var value in _cell.Written)
        {
            switch (value)
            {
                case (byte)'|' or (byte)'\\':
                    _sink.Buffer.Append('\\');
                    _sink.Buffer.Append(value);
                    break;
                case (byte)'\n':
                    _sink.Buffer.Append("<br>"u8);
                    break;
                case (byte)'\r':
                    break;
                default:
                    _sink.Buffer.Append(value);
                    break;
            }
        }

        _sink.Buffer.Append(' ');
    }
}
