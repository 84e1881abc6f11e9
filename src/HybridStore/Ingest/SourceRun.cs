using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>One source's way into a transaction: read, spread over partitions, written, counted.</summary>
internal sealed class SourceRun : IDisposable
{
    private readonly DatasetDraft _draft;
    private readonly LakeTransaction _transaction;
    private readonly string _datasetFolder;
    private readonly IngestLimits _limits;
    private readonly bool _failsOnReject;
    private readonly TimeProvider _time;
    private readonly IngestProgress _progress;
    private RejectLog? _rejects;

    internal SourceRun(
        SourceFile file, string identity, DatasetDraft draft, LakeTransaction transaction, string datasetFolder, IngestLimits limits, bool failsOnReject, TimeProvider time, IngestProgress progress)
    {
        File = file;
        Identity = identity;
        _draft = draft;
        _transaction = transaction;
        _datasetFolder = datasetFolder;
        _limits = limits;
        _failsOnReject = failsOnReject;
        _time = time;
        _progress = progress;
        Outcome = new SourceOutcome { File = file, Error = $"{file.Path}: was not read." };
    }

    internal SourceFile File { get; }

    /// <summary>Its content's identity, under which it is committed.</summary>
    internal string Identity { get; }

    /// <summary>What became of it, once <see cref="Run"/> has returned.</summary>
    internal SourceOutcome Outcome { get; private set; }

    /// <summary>Reads the source into staged files of the transaction; what is wrong with the source becomes its outcome.</summary>
    /// <exception cref="SchemaWidenedException">A column needs a wider type.</exception>
    internal void Run(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            Outcome = Read(connection, cancellationToken);
        }
        catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
        {
            Outcome = new SourceOutcome { File = File, Error = exception.Message };
        }
        catch (InvalidDataException exception)
        {
            Outcome = new SourceOutcome { File = File, Error = SourceInput.Damaged(File, exception).Message };
        }

        Outcome = Outcome with { Seconds = _time.GetElapsedTime(started).TotalSeconds };
        _progress.FinishFile();
    }

    /// <summary>Gives the quarantine its final name, just before the commit that counts it.</summary>
    internal void PublishRejects() => _rejects?.Publish();

    /// <summary>After the commit: keeps the quarantine, or takes it back.</summary>
    internal void Settle(bool committed)
    {
        if (!committed) _rejects?.TakeBack();
    }

    public void Dispose() => _rejects?.Dispose();

    private SourceOutcome Read(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var plan = _draft.Plan(SourceProfile.Of(File));
        using var layout = new RowLayout(_draft.Dataset.Columns);
        var rejects = _rejects = new RejectLog(Path.Combine(_datasetFolder, "_rejects", $"{Identity["hybrid.source.".Length..]}.ndjson"), File.Path, plan.Names);
        var reader = new CsvReader(SourceInput.Open(File, _progress.AddBytes), plan.Dialect, plan.Specs, reject => OnReject(reject, plan, rejects), new CsvReaderOptions());
        using var cursor = new RowCursor(reader, new CsvBatch(plan.Specs), _draft.Dataset, plan.SourceColumns, _progress.AddRows);
        var writer = new ParquetWriter(connection, _draft.Dataset);
        var staging = new StagingArea(_transaction, _draft.Dataset, cursor.Symbols);
        var finisher = new PartitionFinisher(_draft.Dataset, writer, staging, cancellationToken);
        var router = new PartitionRouter(layout, _draft.Dataset.Partitioning.IsBySymbol(), writer, staging, cursor.Symbols, _limits.BufferBytesPerJob, cancellationToken);
        foreach (var (key, parts) in router.Route(cursor)) finisher.Finish(key, parts);

        var stored = staging.Kept.Sum(file => file.RowCount);
        if (reader.RowCount != stored + rejects.RowCount)
        {
            throw new InvalidOperationException($"{File.Path}: {reader.RowCount} rows were read, but {stored} stored and {rejects.RowCount} rejected.");
        }

        if (stored == 0) return new SourceOutcome { File = File, Error = NothingStored(reader, rejects) };
        staging.Enter();
        return new SourceOutcome
        {
            File = File,
            RowsRead = reader.RowCount,
            RowsStored = stored,
            RowsRejected = rejects.RowCount,
            Symbols = cursor.Symbols.Names,
            FirstTimeUs = cursor.FirstTimeUs,
            LastTimeUs = cursor.LastTimeUs,
            FilesWritten = staging.Kept.Count,
            BytesWritten = staging.Kept.Sum(file => new FileInfo(file.Path).Length),
        };
    }

    private string NothingStored(CsvReader reader, RejectLog rejects) => reader.RowCount == 0
        ? $"{File.Path}: has a header and no rows. Nothing was stored."
        : $"{File.Path}: none of its {reader.RowCount} rows can be stored; the first: {rejects.First}. Check --columns, --symbol-column and --time-column against the file.";

    private void OnReject(CsvReject reject, SourcePlan plan, RejectLog rejects)
    {
        _draft.WidenFor(reject, plan);
        rejects.Add(reject);
        if (_failsOnReject)
        {
            throw new StoreException(StoreErrorKind.SourceData, $"{rejects.First}. Fix the row, or ingest with --on-reject quarantine.");
        }
    }
}
