using System.Runtime.InteropServices;

namespace HybridStore.Ingest;

/// <summary>Spreads a source's rows over partitions: long runs go straight to a file, short ones wait in memory.</summary>
/// <remarks>
/// A run is a row sequence of one partition. Sources by symbol and day are one run a partition, and nothing is copied twice; sources in
/// order of time change partition at every row, and are collected first. In layouts without symbols each partition's rows wait by symbol,
/// so that they are in order when they are written. Memory is capped: what was not touched longest is written as a part. Not thread-safe.
/// </remarks>
internal sealed class PartitionRouter(bool isBySymbol, ParquetWriter writer, StagingArea staging, SymbolTable symbols, TextCodes texts, RowPagePool pool, long memoryBytesMax, CancellationToken cancellationToken)
{
    /// <summary>A shorter rest of a batch says too little about whether the run goes on.</summary>
    private const int StreamRowsMin = 1024;

    private const int CheckMemoryEveryBatches = 64;

    private readonly Dictionary<PartitionKey, Group> _groups = [];
    private readonly Dictionary<Partition, List<PartitionPart>> _parts = [];
    private RowScatter? _scatter;
    private RowLayout _layout = texts.Layout;
    private PartitionKey _lastKey = new(int.MinValue, int.MinValue);
    private PartitionBuffer? _lastBuffer;
    private bool _runsAreLong = true;
    private long _batches;

    /// <summary>Routes all rows of a source.</summary>
    /// <param name="cursor">At the source's start.</param>
    /// <returns>The parts of each partition, in the order of their rows.</returns>
    internal IReadOnlyDictionary<Partition, List<PartitionPart>> Route(RowCursor cursor)
    {
        while (cursor.MoveToRow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            UseLayout();
            var run = cursor.FindRunEnd() - cursor.Position;
            var isRest = cursor.Position + run == cursor.Batch.RowCount;
            if (isBySymbol && isRest && (run >= StreamRowsMin || _runsAreLong) && !_groups.ContainsKey(cursor.Key)) Stream(cursor);
            else Buffer(cursor, isRest || run < StreamRowsMin ? cursor.Batch.RowCount : cursor.Position + run);
        }

        FlushAll();
        return _parts;
    }

    private void Stream(RowCursor cursor)
    {
        var partition = PartitionOf(cursor.Key);
        var order = new RowOrder();
        using var columns = texts.ToFileColumns(_layout);
        var file = writer.Write(new RunSource(cursor, columns, order, cancellationToken), staging.ConstantOf(partition), partition, staging.NewFile(partition), cancellationToken);
        texts.GiveUpOnCuts();
        _runsAreLong = file.RowCount >= StreamRowsMin;
        AddPart(partition, new PartitionPart(file, order));
    }

    private void Buffer(RowCursor cursor, int end)
    {
        _runsAreLong = false;
        _scatter ??= new RowScatter(cursor.Batch.RowsMax);
        var start = cursor.Position;
        var times = cursor.TimesUs;
        for (var row = start; row < end; row++)
        {
            var page = BufferOf(cursor.KeyOf(row)).Add(times[row], out var place);
            _scatter.Add(page, place);
        }

        _scatter.Copy(cursor, start);
        cursor.MoveTo(end);
        if (++_batches % CheckMemoryEveryBatches == 0) KeepWithinMemory();
    }

    private PartitionBuffer BufferOf(PartitionKey key)
    {
        if (key == _lastKey) return _lastBuffer!;
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, isBySymbol ? key : key with { Symbol = PartitionKey.AllSymbols }, out _);
        group ??= new Group();
        group.LastBatch = _batches;
        ref var buffer = ref CollectionsMarshal.GetValueRefOrAddDefault(group.Buffers, key.Symbol, out _);
        _lastKey = key;
        return _lastBuffer = buffer ??= new PartitionBuffer(pool, _layout);
    }

    private void KeepWithinMemory()
    {
        var bytes = _groups.Values.Sum(group => group.Bytes);
        if (bytes <= memoryBytesMax) return;
        foreach (var (key, group) in _groups.OrderBy(pair => pair.Value.LastBatch).ThenByDescending(pair => pair.Value.Bytes).TakeWhile(_ => bytes > memoryBytesMax / 2).ToList())
        {
            bytes -= group.Bytes;
            Flush(key, group);
            _groups.Remove(key);
        }

        ForgetLast();
    }

    /// <summary>Rows that wait in another layout are written before the first of a new one.</summary>
    private void UseLayout()
    {
        if (texts.Layout == _layout) return;
        FlushAll();
        _groups.Clear();
        ForgetLast();
        _layout = texts.Layout;
    }

    private void ForgetLast() => (_lastKey, _lastBuffer) = (new PartitionKey(int.MinValue, int.MinValue), null);

    private void FlushAll()
    {
        foreach (var (key, group) in _groups) Flush(key, group);
    }

    private void Flush(PartitionKey key, Group group)
    {
        var order = new RowOrder();
        var pages = new List<RowPage>();
        // DuckDB orders text by its bytes, and so do readers that prune by statistics.
        foreach (var (_, buffer) in group.Buffers.OrderBy(pair => symbols.Utf8NameOf(pair.Key), Utf8Order.Instance))
        {
            pages.AddRange(buffer.Pages);
            order.AddAside(buffer.Order);
        }

        var partition = PartitionOf(key);
        using var columns = texts.ToFileColumns(_layout);
        var file = writer.Write(new PageSource(pages, columns), staging.ConstantOf(partition), partition, staging.NewFile(partition), cancellationToken);
        foreach (var page in pages) pool.Return(_layout, page);
        AddPart(partition, new PartitionPart(file, order));
    }

    private Partition PartitionOf(PartitionKey key) => new(key.Symbol == PartitionKey.AllSymbols ? null : symbols.Names[key.Symbol], key.Day);

    private void AddPart(Partition partition, PartitionPart part)
    {
        ref var parts = ref CollectionsMarshal.GetValueRefOrAddDefault(_parts, partition, out _);
        (parts ??= []).Add(part);
    }

    /// <summary>The rows of one partition that wait, by symbol.</summary>
    private sealed class Group
    {
        internal Dictionary<int, PartitionBuffer> Buffers { get; } = [];

        internal long LastBatch { get; set; }

        internal long Bytes => Buffers.Values.Sum(buffer => buffer.Bytes);
    }
}
