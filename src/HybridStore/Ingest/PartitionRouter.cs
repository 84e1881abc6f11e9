using System.Runtime.InteropServices;

namespace HybridStore.Ingest;

/// <summary>Spreads a source's rows over partitions: long runs go straight to a file, short ones wait in memory.</summary>
/// <remarks>
/// A run is a row sequence of one partition. Sources by symbol and day are one run a partition, and nothing is copied twice; sources in
/// order of time change partition at every row, and are collected first. Memory is capped: the largest buffers are written as parts.
/// Not thread-safe: one for each source.
/// </remarks>
internal sealed class PartitionRouter(RowLayout layout, ParquetWriter writer, StagingArea staging, long memoryBytesMax, CancellationToken cancellationToken)
{
    /// <summary>A shorter rest of a batch says too little about whether the run goes on.</summary>
    private const int StreamRowsMin = 1024;

    private const int RecountEveryBatches = 64;

    private readonly Dictionary<PartitionKey, PartitionBuffer> _buffers = [];
    private readonly Dictionary<PartitionKey, RowOrder> _orders = [];
    private readonly Dictionary<PartitionKey, List<PartitionPart>> _parts = [];
    private bool _runsAreLong = true;
    private int _batchesSinceRecount;

    /// <summary>Routes all rows of a source.</summary>
    /// <param name="cursor">At the source's start.</param>
    /// <returns>The parts of each partition, in the order of their rows.</returns>
    internal IReadOnlyDictionary<PartitionKey, List<PartitionPart>> Route(RowCursor cursor)
    {
        while (cursor.MoveToRow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = cursor.Position;
            var end = cursor.FindRunEnd();
            var isRest = end == cursor.Batch.RowCount;
            if (isRest && !_buffers.ContainsKey(cursor.Key) && (end - start >= StreamRowsMin || _runsAreLong)) Stream(cursor);
            else Buffer(cursor, start, end);
        }

        foreach (var buffer in _buffers.Values.Where(buffer => buffer.RowCount > 0)) Flush(buffer);
        return _parts;
    }

    private void Stream(RowCursor cursor)
    {
        var key = cursor.Key;
        var order = new RowOrder();
        var file = writer.Write(new RunSource(cursor, layout, order, cancellationToken), staging.ConstantOf(key), staging.NewPath(key), cancellationToken);
        _runsAreLong = file.RowCount >= StreamRowsMin;
        AddPart(key, new PartitionPart(file, order));
    }

    private void Buffer(RowCursor cursor, int start, int end)
    {
        _runsAreLong = end - start >= StreamRowsMin;
        var key = cursor.Key;
        ref var buffer = ref CollectionsMarshal.GetValueRefOrAddDefault(_buffers, key, out var known);
        if (!known) buffer = new PartitionBuffer(key, layout);
        ref var order = ref CollectionsMarshal.GetValueRefOrAddDefault(_orders, key, out known);
        order ??= new RowOrder();
        order.Add(cursor.TimesUs[start..end]);
        for (var row = start; row < end;)
        {
            var taken = buffer!.Reserve(end - row, out var page, out var target);
            for (var column = 0; column < layout.ValueBytes.Length; column++) Copy(cursor, column, row, taken, page, target);
            row += taken;
        }

        cursor.MoveTo(end);
        if (end == cursor.Batch.RowCount && ++_batchesSinceRecount >= RecountEveryBatches) KeepWithinMemory();
    }

    private void Copy(RowCursor cursor, int column, int row, int count, RowPage page, int target)
    {
        var source = cursor.SourceColumns[column];
        if (source < 0)
        {
            page.SetAllMissing(column, target, count);
            return;
        }

        var batch = cursor.Batch;
        var mask = batch.ValidityMask(source);
        var bytes = layout.ValueBytes[column] switch
        {
            1 => batch.Values<byte>(source).Slice(row, count),
            4 => MemoryMarshal.AsBytes(batch.Values<int>(source).Slice(row, count)),
            8 => MemoryMarshal.AsBytes(batch.Values<long>(source).Slice(row, count)),
            _ => MemoryMarshal.AsBytes(batch.Values<UInt128>(source).Slice(row, count)),
        };
        page.SetValues(column, target, bytes);
        if (!BitMask.AllSet(mask, row, count)) page.SetMissing(column, target, mask, row, count);
        if (!layout.IsText[column]) return;
        for (var index = 0; index < count; index++)
        {
            if (!batch.IsNull(source, row + index) && batch.Bytes(source, row + index) is { Length: > RowPage.InlineBytesMax } text) page.SetLongText(column, target + index, text);
        }
    }

    private void KeepWithinMemory()
    {
        _batchesSinceRecount = 0;
        foreach (var buffer in _buffers.Values) buffer.Recount();
        var bytes = _buffers.Values.Sum(buffer => buffer.Bytes);
        if (bytes <= memoryBytesMax) return;
        foreach (var buffer in _buffers.Values.OrderByDescending(buffer => buffer.Bytes).TakeWhile(_ => bytes > memoryBytesMax / 2))
        {
            bytes -= buffer.Bytes;
            Flush(buffer);
        }
    }

    private void Flush(PartitionBuffer buffer)
    {
        var file = writer.Write(buffer.Rows(), staging.ConstantOf(buffer.Key), staging.NewPath(buffer.Key), cancellationToken);
        buffer.Clear();
        AddPart(buffer.Key, new PartitionPart(file, _orders[buffer.Key]));
        _orders.Remove(buffer.Key);
    }

    private void AddPart(PartitionKey key, PartitionPart part)
    {
        ref var parts = ref CollectionsMarshal.GetValueRefOrAddDefault(_parts, key, out _);
        (parts ??= []).Add(part);
    }
}
