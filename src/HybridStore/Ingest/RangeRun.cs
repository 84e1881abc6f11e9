using HybridStore.Ingest.Workbooks;
using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>A range of a source: read, spread over partitions and written by one thread.</summary>
/// <param name="source">The source.</param>
/// <param name="number">Which of its ranges.</param>
/// <param name="range">Bytes of its plain text.</param>
/// <param name="stopOffset">Where reading stops, at the next record: the rest is for another commit.</param>
internal sealed class RangeRun(SourceRun source, int number, CsvRange range, long stopOffset)
{
    /// <summary>Longer rows can be told, but not retried from the quarantine.</summary>
    internal const int RejectTextBytesMax = 1 << 20;

    /// <summary>Its place in the source: the rows of a lower number come first.</summary>
    internal int Number { get; } = number;

    /// <summary>Bytes that are read of the source.</summary>
    internal long SizeBytes { get; } = Math.Min(range.End, stopOffset) - range.Start;

    /// <summary>Data rows in it.</summary>
    internal long RowsRead { get; private set; }

    /// <summary>Those of them that the filter left out.</summary>
    internal long RowsFiltered { get; private set; }

    /// <summary>Lines in it.</summary>
    internal long LinesRead { get; private set; }

    /// <summary>Where the rest begins that was left for another commit; null at the end.</summary>
    internal long? RestOffset { get; private set; }

    /// <summary>Whether its last line has no end.</summary>
    internal bool EndsOpen { get; private set; }

    /// <summary>Its symbols.</summary>
    internal IReadOnlyList<string> Symbols { get; private set; } = [];

    /// <summary>What the user should know of its rows, one line each.</summary>
    internal IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>The earliest time of its rows, in microseconds; <see cref="long.MaxValue"/> when it has none.</summary>
    internal long FirstTimeUs { get; private set; } = long.MaxValue;

    /// <summary>The latest time of its rows.</summary>
    internal long LastTimeUs { get; private set; } = long.MinValue;

    /// <summary>The files that it wrote, in the order of their rows.</summary>
    internal IReadOnlyDictionary<Partition, List<PartitionPart>> Parts { get; private set; } = new Dictionary<Partition, List<PartitionPart>>();

    /// <summary>Reads the range; the last of a source's ranges then finishes the source.</summary>
    /// <exception cref="SchemaWidenedException">A column needs a wider type.</exception>
    internal void Run(DuckDbConnection connection, CancellationToken cancellationToken) => source.Run(this, connection, cancellationToken);

    /// <summary>Lets go of the files that it wrote, once they are put together: there may be hundreds of thousands.</summary>
    internal void ForgetParts() => Parts = new Dictionary<Partition, List<PartitionPart>>();

    /// <summary>Reads the range into staged files.</summary>
    internal void Read(SourcePlan plan, IngestContext context, StagingArea staging, Action<CsvReject> onReject, ParquetWriter writer, CancellationToken cancellationToken)
    {
        var dataset = context.Draft.Dataset;
        if (source.IsPlain) new TextSample(source.File.StoredPath, plan, dataset).Take(range, ConstantColumnOf(dataset), context.Texts);
        var input = source.Open(plan.Encoding, range, read =>
        {
            // Rows that nobody wants leave the reader as rarely as once a file: a user who waits must be heard all the same.
            cancellationToken.ThrowIfCancellationRequested();
            context.Progress.AddBytes(read);
        });
        var options = new CsvReaderOptions
        {
            StartOffset = range.Start,
            Composed = plan.Composed,
            LocalTimes = plan.LocalTimes,
            TimeBounds = plan.TimeBounds,
            FirstLine = range.Start == 0 ? null : () => source.LineAt(range.Start),
            Filter = context.Filter.ForReader(dataset, plan),
            RejectTextBytesMax = RejectTextBytesMax,
        };
        var sheet = input as SheetInput;
        var told = sheet is not null ? reject => onReject(reject with { Line = sheet.Rows.RowOf(reject.Line) }) : onReject;
        // Where threads would idle, one of them unpacks.
        if (!source.File.IsPlain && source.MayUseMoreThreads) input = new ReadAheadInput(input);
        var reader = new CsvReader(input, plan.Dialect, plan.Specs, told, options);
        var batch = new CsvBatch(plan.BatchSpecs);
        var texts = new TextCodes(dataset, plan.SourceColumns, ConstantColumnOf(dataset), batch.RowsMax, context.Texts);
        using var cursor = new RowCursor(reader, batch, dataset, plan.SourceColumns, texts, context.Progress.AddRows, stopOffset == long.MaxValue ? stopOffset : stopOffset - range.Start);
        var router = new PartitionRouter(dataset.Partitioning.IsBySymbol(), writer, staging, cursor.Symbols, texts, context.Pages, context.Limits.BufferBytesPerJob, cancellationToken);
        Parts = router.Route(cursor);
        RowsRead = reader.RowCount;
        RowsFiltered = reader.FilteredCount;
        LinesRead = reader.LinesRead;
        RestOffset = range.Start + reader.BytesRead is var offset && offset >= stopOffset && (!source.IsPlain || offset < source.File.SizeBytes) ? offset : null;
        EndsOpen = reader.EndsOpen;
        Symbols = cursor.Symbols.Names;
        FirstTimeUs = cursor.FirstTimeUs;
        LastTimeUs = cursor.LastTimeUs;
        if (sheet is not null)
        {
            Notes = [.. sheet.LongNumbers.Select(found => LongNumbersNote(plan, found.Key, found.Value.Cells, found.Value.FirstRow))];
        }
    }

    private string LongNumbersNote(SourcePlan plan, int column, long cells, long firstRow) =>
        $"{source.ReportPath}: {cells} cell{(cells == 1 ? "" : "s")} of column '{plan.Names.ElementAtOrDefault(column) ?? $"{column + 1}"}', the first in row {firstRow}, "
        + "hold whole numbers of more than 15 digits. Excel keeps 15, and the others may be rounded: have ids written as text in the workbook.";

    private static int ConstantColumnOf(Dataset dataset) => dataset.Partitioning.IsBySymbol() ? dataset.Columns.ToList().FindIndex(column => column.Name == dataset.SymbolColumn) : -1;
}
