using System.Buffers;
using System.Text;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Postgres;
using HybridStore.Query;

namespace HybridStore.Hot;

/// <summary>Reads a day's rows from the lake and writes them as those of a binary COPY, counting and hashing them by symbol.</summary>
/// <remarks>Not thread-safe. Blocks while DuckDB computes.</remarks>
internal sealed class HotRowReader : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private readonly HotLayout _layout;
    private readonly DateOnly _date;
    private readonly DuckDbStatement _statement;
    private readonly DuckDbResult _result;
    private readonly PgCopyEncoder _encoder;
    private readonly int _symbolColumn;
    private readonly (int Column, JsonbText Json, PgCopyTexts Texts)[] _nested;
    private readonly PgCopyTexts[] _made;
    private readonly Utf8Buffer _json = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private byte[] _symbol = [];
    private SymbolTotals.Total? _total;
    private int _row;
    private int _rowCount;

    /// <summary>Starts to read.</summary>
    /// <param name="connection">Runs nothing else meanwhile.</param>
    /// <param name="sql">Gives the columns of a leaf.</param>
    /// <param name="constants">The table, and which of its columns are hashed and not written.</param>
    /// <param name="date">The day.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    internal HotRowReader(DuckDbConnection connection, string sql, LeafConstants constants, DateOnly date, CancellationToken cancellationToken)
    {
        var layout = constants.Layout;
        _layout = layout;
        _date = date;
        _symbolColumn = layout.LeafSymbolIndex;
        _encoder = new PgCopyEncoder([.. layout.LeafColumns.Select(column => column.CopyType)], constants.Places);
        _nested = [.. layout.LeafColumns.Index().Where(column => column.Item.Type.IsNested).Select(column => (column.Index, new JsonbText(column.Item.Type), new PgCopyTexts()))];
        _made = [.. _nested.Select(column => column.Texts)];
        _statement = connection.Prepare(sql);
        _result = _statement.ExecuteStreaming(cancellationToken);
    }

    /// <summary>Rows so far.</summary>
    internal long RowCount { get; private set; }

    /// <summary>Rows and checksum of each symbol so far.</summary>
    internal SymbolTotals Totals { get; } = new();

    /// <summary>Reads on.</summary>
    /// <returns>Whole rows, without the header and the trailer of a COPY; none at the end. Valid until the next call.</returns>
    /// <exception cref="StoreException">SourceData: a value that Postgres cannot hold.</exception>
    internal ReadOnlyMemory<byte> Next()
    {
        var filled = 0;
        while (_row < _rowCount || NextChunk())
        {
            var step = _encoder.Encode(_row, EndOfRun(), _buffer.AsSpan(filled));
            filled += step.Bytes;
            _row += step.Rows;
            RowCount += step.Rows;
            _total!.Add(step.Rows, step.Checksum);
            if (step.Refusal != PgCopyRefusal.None) throw Refused(_symbol, step.Refusal, step.RefusedColumn);
            if (step.NextRowBytes == 0) continue;
            if (filled > 0) break;
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(step.NextRowBytes);
        }

        return _buffer.AsMemory(0, filled);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _result.Dispose();
        _statement.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool NextChunk()
    {
        if (!_result.Read()) return false;
        foreach (var (column, json, texts) in _nested) Make(column, json, texts);
        _encoder.Begin(_result.Chunk, _made);
        _row = 0;
        _rowCount = _result.Chunk.RowCount;
        return true;
    }

    /// <summary>Makes the texts of a column of lists or structs for all rows of the chunk.</summary>
    private void Make(int column, JsonbText json, PgCopyTexts texts)
    {
        texts.Clear();
        var vector = _result.Chunk.Column(column);
        for (var row = 0; row < _result.Chunk.RowCount; row++)
        {
            if (vector.IsNull(row))
            {
                texts.AddNull();
                continue;
            }

            _json.Clear();
            _json.Append(JsonbText.BinaryVersion);
            if (!json.TryAppend(_json, vector, row)) throw Refused(SymbolOf(row), PgCopyRefusal.NulInText, column);
            texts.Add(_json.Written);
        }
    }

    private ReadOnlySpan<byte> SymbolOf(int row)
    {
        var symbols = _result.Chunk.Column(_symbolColumn);
        return symbols.IsNull(row) ? [] : symbols.Bytes(row);
    }

    /// <summary>How far the rows have the symbol of the next one; <see cref="_total"/> becomes that symbol's.</summary>
    private int EndOfRun()
    {
        var symbols = _result.Chunk.Column(_symbolColumn);
        if (symbols.IsNull(_row)) throw new StoreException(StoreErrorKind.SourceData, $"{_layout.Table} on {_date:O}: a row has no symbol in column '{_layout.Dataset.SymbolColumn}'. Give it one and ingest the file again.");
        if (_total is null || !symbols.Bytes(_row).SequenceEqual(_symbol))
        {
            _symbol = symbols.Bytes(_row).ToArray();
            _total = Totals.Of(Encoding.UTF8.GetString(_symbol));
        }

        var end = _row + 1;
        while (end < _rowCount && !symbols.IsNull(end) && symbols.Bytes(end).SequenceEqual(_symbol)) end++;
        return end;
    }

    private StoreException Refused(ReadOnlySpan<byte> symbol, PgCopyRefusal refusal, int columnIndex)
    {
        var column = _layout.LeafColumns[columnIndex];
        var (what, advice) = refusal switch
        {
            PgCopyRefusal.NulInText => ("text with a NUL character, which Postgres cannot hold", "Ingest it without"),
            PgCopyRefusal.DateOutOfRange => ("a date outside of Postgres' 4714 BC to 5874897", "Correct it in the source"),
            PgCopyRefusal.TimestampOutOfRange => ("a time outside of Postgres' 4714 BC to 294276", "Correct it in the source"),
            _ => ($"a row of more than {PgCopyEncoder.RowBytesMax} bytes", "Split it"),
        };
        return new StoreException(
            StoreErrorKind.SourceData,
            $"{_layout.Table} of {Encoding.UTF8.GetString(symbol)} on {_date:O}, column '{column.Name}': found {what}. {advice}, or leave this symbol cold: nothing of the day was loaded.");
    }
}
