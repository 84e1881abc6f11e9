using System.Text;
using HybridStore.Native.DuckDb;
using HybridStore.Query;

namespace HybridStore.Cli.Output.Rows;

/// <summary>One JSON object a row: a line each (NDJSON), or in one array.</summary>
/// <param name="stream">Where to.</param>
/// <param name="isArray">Whether the objects stand in an array.</param>
internal sealed class JsonRowWriter(Stream stream, bool isArray) : IRowWriter
{
    private readonly ByteSink _sink = new(stream);
    private byte[][] _keys = [];
    private bool _hasRows;

    public void Begin(IReadOnlyList<DuckDbColumn> columns)
    {
        _keys = [.. DistinctNames(columns).Select(ToKey)];
        if (isArray) _sink.Buffer.Append('[');
    }

    public bool Write(DuckDbChunk chunk)
    {
        for (var row = 0; row < chunk.RowCount; row++)
        {
            if (isArray) _sink.Buffer.Append(_hasRows ? ",\n"u8 : "\n"u8);
            _hasRows = true;
            for (var index = 0; index < chunk.ColumnCount; index++)
            {
                _sink.Buffer.Append(index == 0 ? '{' : ',');
                _sink.Buffer.Append(_keys[index]);
                ValueJson.Append(_sink.Buffer, chunk.Column(index), row);
            }

            _sink.Buffer.Append('}');
            if (!isArray) _sink.Buffer.Append('\n');
        }

        _sink.FlushWhenFull();
        return true;
    }

    public void End()
    {
        if (isArray) _sink.Buffer.Append(_hasRows ? "\n]\n"u8 : "]\n"u8);
        _sink.Flush();
    }

    private static byte[] ToKey(string name)
    {
        var key = new Utf8Buffer();
        ValueJson.AppendString(key, Encoding.UTF8.GetBytes(name));
        key.Append(':');
        return key.Written.ToArray();
    }

    /// <summary>An object's keys must differ, a result's names need not: the second <c>a</c> becomes <c>a_1</c>.</summary>
    private static List<string> DistinctNames(IReadOnlyList<DuckDbColumn> columns)
    {
        var names = new List<string>();
        foreach (var column in columns)
        {
            var name = column.Name;
            for (var number = 1; names.Contains(name); number++) name = $"{column.Name}_{number}";
            names.Add(name);
        }

        return names;
    }
}
