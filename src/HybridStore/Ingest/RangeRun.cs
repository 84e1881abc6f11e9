using HybridStore.Ingest.Workbooks;
using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>A range of a source: read, spread over partitions and written by one thread.</summary>
internal sealed class RangeRun(SourceRun source, int number, CsvRange range)
{
    /// <summary>Its place in the source: the rows of a lower number come first.</summary>
    internal int Number { get; } = number;

    /// <summary>Bytes of the source.</summary>
    internal long SizeBytes { get; } = range.End - range.Start;

    /// <summary>Data rows in it.</summary>
    internal long RowsRead { get; private set; }

    /// <summary>Its symbols.</summary>
    internal IReadOnlyList<string> Symbols { get; private set; } = [];

    /// <summary>The earliest time of its rows, in microseconds; <see cref="long.MaxValue"/> when it has none.</summary>
    internal long FirstTimeUs { get; private set; } = long.MaxValue;

    /// <summary>The latest time of its rows.</summary>
    internal long LastTimeUs { get; private set; } = long.MinValue;

    /// <summary>The files that it wrote, in the order of their rows.</summary>
    internal IReadOnlyDictionary<Partition, List<PartitionPart>> Parts { get; private set; } = new Dictionary<Partition, List<PartitionPart>>();

    /// <summary>Reads the range; the last of a source's ranges then finishes the source.</summary>
    /// <exception cref="SchemaWidenedException">A column needs a wider type.</exception>
    internal void Run(DuckDbConnection connection, CancellationToken cancellationToken) => source.Run(this, connection, cancellationToken);

    /// <summary>Reads the range into staged files.</summary>
    internal void Read(SourcePlan plan, IngestContext context, StagingArea staging, Action<CsvReject> onReject, ParquetWriter writer, CancellationToken cancellationToken)
    {
        var dataset = context.Draft.Dataset;
        var options = new CsvReaderOptions
        {
            StartOffset = range.Start,
            Composed = plan.Composed,
            LocalTimes = plan.LocalTimes,
            FirstLine = range.Start == 0 ? null : () => CsvRangeSplitter.CountLines(source.File.StoredPath, range.Start) + 1,
        };
        if (source.File.IsPlain && plan.Encoding == CsvEncoding.Utf8) new TextSample(source.File.StoredPath, plan, dataset).Take(range, ConstantColumnOf(dataset), context.Texts);
        var input = SourceInput.Open(source.File, plan.Encoding, range, context.Progress.AddBytes);
        var told = input is SheetInput sheet ? reject => onReject(reject with { Line = sheet.Rows.RowOf(reject.Line) }) : onReject;
        // Where threads would idle, one of them unpacks.
        if (!source.File.IsPlain && source.MayUseMoreThreads) input = new ReadAheadInput(input);
        var reader = new CsvReader(input, plan.Dialect, plan.Specs, told, options);
        var batch = new CsvBatch(plan.BatchSpecs);
        var texts = new TextCodes(dataset, plan.SourceColumns, ConstantColumnOf(dataset), batch.RowsMax, context.Texts);
        using var cursor = new RowCursor(reader, batch, dataset, plan.SourceColumns, texts, context.Progress.AddRows);
        var router = new PartitionRouter(dataset.Partitioning.IsBySymbol(), writer, staging, cursor.Symbols, texts, context.Pages, context.Limits.BufferBytesPerJob, cancellationToken);
        Parts = router.Route(cursor);
        RowsRead = reader.RowCount;
        Symbols = cursor.Symbols.Names;
        FirstTimeUs = cursor.FirstTimeUs;
        LastTimeUs = cursor.LastTimeUs;
    }

    private static int ConstantColumnOf(Dataset dataset) => dataset.Partitioning.IsBySymbol() ? dataset.Columns.ToList().FindIndex(column => column.Name == dataset.SymbolColumn) : -1;
}
