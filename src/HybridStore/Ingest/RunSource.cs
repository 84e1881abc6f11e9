using System.Runtime.InteropServices;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>
/// The rows of one partition, straight from the reader to DuckDB, until another partition's row comes, or the first batch with a -0.0:
/// from there on the partition's rows are written in another way.
/// </summary>
internal sealed class RunSource(RowCursor cursor, FileColumns file, RowOrder order, CancellationToken cancellationToken) : IPartitionRows
{
    private readonly PartitionKey _key = cursor.Key;
    private readonly RowLayout _layout = cursor.Texts.Layout;

    public IReadOnlyList<DuckDbColumn> Columns => file.Columns;

    public ParquetEncoding Encoding { get; } = cursor.HasSignedZero ? ParquetEncoding.Plain : ParquetEncoding.Dictionaries;

    public int Fill(DuckDbChunkWriter chunk)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!cursor.MoveToRow() || cursor.Key != _key || cursor.Texts.Layout != _layout) return 0;
        if (Encoding == ParquetEncoding.Dictionaries && cursor.HasSignedZero) return 0;
        var start = cursor.Position;
        var count = cursor.Texts.WithinUntil(file, cursor.Batch, start, cursor.FindRunEnd()) - start;
        if (count == 0) return 0;
        order.Add(cursor.TimesUs.Slice(start, count));
        for (var position = 0; position < chunk.ColumnCount; position++)
        {
            var column = chunk.SourceColumn(position);
            if (column >= 0) Copy(chunk, position, cursor.SourceColumns[column], column, start, count);
        }

        cursor.MoveTo(start + count);
        return count;
    }

    private void Copy(DuckDbChunkWriter chunk, int position, int source, int column, int start, int count)
    {
        if (source < 0)
        {
            chunk.ValidityMask(position).Clear();
            return;
        }

        var mask = cursor.Batch.ValidityMask(source);
        var hasMissing = !BitMask.AllSet(mask, start, count);
        if (hasMissing) BitMask.CopySlice(mask, start, count, chunk.ValidityMask(position));
        switch (_layout.ValueBytes[column])
        {
            case 1 when _layout.IsCoded[column]:
                cursor.Texts.Of(column).Slice(start, count).CopyTo(chunk.Values<byte>(position));
                break;
            case 1:
                cursor.Batch.Values<byte>(source).Slice(start, count).CopyTo(chunk.Values<byte>(position));
                break;
            case 4:
                cursor.Batch.Values<int>(source).Slice(start, count).CopyTo(chunk.Values<int>(position));
                break;
            case 8:
                cursor.Batch.Values<long>(source).Slice(start, count).CopyTo(chunk.Values<long>(position));
                break;
            default:
                CopyWide(chunk, position, source, start, count, _layout.IsText[column]);
                break;
        }
    }

    private void CopyWide(DuckDbChunkWriter chunk, int position, int source, int start, int count, bool isText)
    {
        var values = cursor.Batch.Values<UInt128>(source).Slice(start, count);
        values.CopyTo(chunk.Values<UInt128>(position));
        if (!isText) return;
        var mask = cursor.Batch.ValidityMask(source);
        var lengths = MemoryMarshal.Cast<UInt128, uint>(values);
        for (var row = 0; row < count; row++)
        {
            // DuckDB copies a long text into its own memory; the batch's is reused while DuckDB still holds the chunk.
            if (lengths[row * 4] > RowPage.InlineBytesMax && (mask[(start + row) >> 6] >> ((start + row) & 63) & 1) == 1)
            {
                chunk.SetBytes(position, row, cursor.Batch.Bytes(source, start + row));
            }
        }
    }
}
