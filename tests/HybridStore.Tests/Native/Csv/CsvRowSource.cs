using DuckDB.NET.Native;
using HybridStore.Native.Csv;
using HybridStore.Native.DuckDb;

namespace HybridStore.Tests.Native.Csv;

/// <summary>Lends what our reader reads to DuckDB, so that SQL can compare it with what DuckDB's own reader reads.</summary>
internal sealed class CsvRowSource : IDuckDbRowSource, IDisposable
{
    private readonly CsvReader _reader;
    private readonly CsvBatch _batch;

    internal CsvRowSource(ICsvInput input, CsvDialect dialect, CsvColumnSpec[] specs)
    {
        _reader = new CsvReader(input, dialect, specs, Rejects.Add);
        _batch = new CsvBatch(specs);
        Columns = [.. specs.Select(spec => new DuckDbColumn(spec.Name, DuckDbTypeInfo.Create(Type(spec.Kind))))];
    }

    internal List<CsvReject> Rejects { get; } = [];

    public IReadOnlyList<DuckDbColumn> Columns { get; }

    public int Fill(DuckDbChunkWriter chunk)
    {
        if (!_reader.Read(_batch)) return 0;
        for (var column = 0; column < chunk.ColumnCount; column++)
        {
            var source = chunk.SourceColumn(column);
            if (source < 0) continue;
            var bits = _batch.ValidityMask(source);
            bits.CopyTo(chunk.ValidityMask(column));
            switch (_batch.Columns[source].ValueBytes)
            {
                case 1:
                    _batch.Values<byte>(source).CopyTo(chunk.Values<byte>(column));
                    break;
                case 4:
                    _batch.Values<int>(source).CopyTo(chunk.Values<int>(column));
                    break;
                case 8:
                    _batch.Values<long>(source).CopyTo(chunk.Values<long>(column));
                    break;
                default:
                    for (var row = 0; row < _batch.RowCount; row++)
                    {
                        if (!_batch.IsNull(source, row)) chunk.SetBytes(column, row, _batch.Bytes(source, row));
                    }

                    break;
            }
        }

        return _batch.RowCount;
    }

    public void Dispose()
    {
        _batch.Dispose();
        _reader.Dispose();
        foreach (var column in Columns) column.Type.Dispose();
    }

    private static DuckDBType Type(CsvValueKind kind) => kind switch
    {
        CsvValueKind.BigInt => DuckDBType.BigInt,
        CsvValueKind.Double => DuckDBType.Double,
        CsvValueKind.Boolean => DuckDBType.Boolean,
        CsvValueKind.Date => DuckDBType.Date,
        CsvValueKind.Timestamp => DuckDBType.Timestamp,
        CsvValueKind.TimestampTz => DuckDBType.TimestampTz,
        _ => DuckDBType.Varchar,
    };
}
