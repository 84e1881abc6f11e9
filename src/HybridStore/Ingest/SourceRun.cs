using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>One source's way into a transaction: in ranges that several threads read, and as a whole or not at all.</summary>
internal sealed class SourceRun : IDisposable
{
    /// <summary>A smaller file is read before a second thread has begun.</summary>
    private const long SplitBytesMin = 32L << 20;

    private readonly IngestContext _context;
    private readonly StagingArea _staging;
    private readonly RejectLog _rejects;
    private readonly SourcePlan? _plan;
    private readonly long _started;
    private int _rangesLeft;
    private string? _error;

    /// <param name="file">The source.</param>
    /// <param name="identity">Its content's identity.</param>
    /// <param name="profile">Its first rows, when they were looked at already.</param>
    /// <param name="context">What all sources share.</param>
    /// <param name="rangesMax">How many threads may read it at a time.</param>
    internal SourceRun(SourceFile file, string identity, SourceProfile? profile, IngestContext context, int rangesMax)
    {
        File = file;
        Identity = identity;
        MayUseMoreThreads = rangesMax > 1;
        _context = context;
        _started = context.Time.GetTimestamp();
        _staging = new StagingArea(context.Transaction, context.Draft.Dataset);
        Outcome = new SourceOutcome { File = file };
        try
        {
            _plan = context.Draft.Plan(profile ?? SourceProfile.Of(file, context.Draft.Request));
            Ranges = [.. Split(rangesMax).Select((range, number) => new RangeRun(this, number, range))];
        }
        catch (Exception exception) when (exception is StoreException { Kind: StoreErrorKind.SourceData } or IOException)
        {
            Fail(exception.Message);
            context.Progress.FinishFile();
        }

        _rangesLeft = Ranges.Count;
        _rejects = new RejectLog(Path.Combine(context.Folder, RejectLog.FolderName, identity["hybrid.source.".Length..] + RejectLog.Extension), file.Path, _plan?.Names ?? []);
    }

    internal SourceFile File { get; }

    /// <summary>Whether there are fewer sources than threads.</summary>
    internal bool MayUseMoreThreads { get; }

    /// <summary>Its content's identity, under which it is committed.</summary>
    internal string Identity { get; }

    /// <summary>What is to be read, in the order of the rows; empty when the source failed already.</summary>
    internal IReadOnlyList<RangeRun> Ranges { get; } = [];

    /// <summary>What became of it, once all ranges have run.</summary>
    internal SourceOutcome Outcome { get; private set; }

    /// <summary>Reads a range; what is wrong with the source becomes its outcome.</summary>
    internal void Run(RangeRun range, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var writer = new ParquetWriter(connection, _context.Draft.Dataset);
        try
        {
            if (Volatile.Read(ref _error) is null) range.Read(_plan!, _context, _staging, OnReject, writer, cancellationToken);
        }
        catch (StoreException exception) when (exception.Kind == StoreErrorKind.SourceData)
        {
            Fail(exception.Message);
        }
        catch (InvalidDataException exception)
        {
            Fail(SourceInput.Damaged(File, exception).Message);
        }

        if (Interlocked.Decrement(ref _rangesLeft) > 0) return;
        if (_error is null) Finish(writer, cancellationToken);
        _context.Progress.FinishFile();
    }

    /// <summary>Merges the rows into what the lake has, partition by partition; in place of letting the files enter as they are.</summary>
    /// <param name="key">The columns that make rows the same.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal void Merge(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        long stored = 0;
        foreach (var (partition, paths) in _staging.KeptByPartition())
        {
            var days = _context.Draft.Dataset.Partitioning.DaysOf(EpochDay.ToDate(partition.Day));
            stored += _context.Transaction.MergePartition(partition.Symbol, days, paths, key, _context.Duplicates == DuplicatePolicy.Replace, cancellationToken).RowsStored;
        }

        Outcome = Outcome with { RowsStored = stored, RowsDeduplicated = Outcome.RowsStored - stored };
    }

    /// <summary>Gives the quarantine its final name, just before the commit that counts it.</summary>
    internal void PublishRejects() => _rejects.Publish();

    /// <summary>After the commit: keeps the quarantine, or takes it back.</summary>
    internal void Settle(bool committed)
    {
        if (!committed) _rejects.TakeBack();
    }

    public void Dispose() => _rejects.Dispose();

    /// <summary>Puts the ranges' files together, checks the accounts, and lets the files enter.</summary>
    private void Finish(ParquetWriter writer, CancellationToken cancellationToken)
    {
        var finisher = new PartitionFinisher(_context.Draft.Dataset, writer, _staging, cancellationToken);
        foreach (var partition in Ranges.SelectMany(range => range.Parts).GroupBy(pair => pair.Key, pair => pair.Value)) finisher.Finish(partition.Key, [.. partition.SelectMany(parts => parts)]);
        var read = Ranges.Sum(range => range.RowsRead);
        var stored = _staging.Kept.Sum(file => file.RowCount);
        if (read != stored + _rejects.RowCount)
        {
            throw new InvalidOperationException($"{File.Path}: {read} rows were read, but {stored} stored and {_rejects.RowCount} rejected.");
        }

        if (stored == 0)
        {
            Fail(read == 0
                ? $"{File.Path}: has a header and no rows. Nothing was stored."
                : $"{File.Path}: none of its {read} rows can be stored; the first: {_rejects.First}. Check --columns, --symbol-column and --time-column against the file.");
            return;
        }

        if (_context.Duplicates == DuplicatePolicy.Keep) _staging.Enter();
        Outcome = Outcome with
        {
            RowsRead = read,
            RowsStored = stored,
            RowsRejected = _rejects.RowCount,
            Symbols = [.. Ranges.SelectMany(range => range.Symbols).Distinct()],
            FirstTimeUs = Ranges.Min(range => range.FirstTimeUs),
            LastTimeUs = Ranges.Max(range => range.LastTimeUs),
            FilesWritten = _staging.Kept.Count,
            BytesWritten = _staging.Kept.Sum(file => new FileInfo(file.Path).Length),
            Seconds = _context.Time.GetElapsedTime(_started).TotalSeconds,
        };
    }

    private IReadOnlyList<CsvRange> Split(int rangesMax) =>
        rangesMax < 2 || File.SizeBytes < SplitBytesMin || !File.IsPlain || _plan!.Encoding != CsvEncoding.Utf8 || _plan.LocalTimes is not null
            ? [new CsvRange(0, File.IsPlain ? File.SizeBytes : long.MaxValue)]
            : CsvRangeSplitter.Split(File.StoredPath, _plan.Dialect, rangesMax);

    private void Fail(string error)
    {
        Volatile.Write(ref _error, error);
        Outcome = new SourceOutcome { File = File, Error = error, Seconds = _context.Time.GetElapsedTime(_started).TotalSeconds };
    }

    private void OnReject(CsvReject reject)
    {
        _context.Draft.WidenFor(reject, _plan!);
        _rejects.Add(reject);
        if (_context.FailsOnReject) throw new StoreException(StoreErrorKind.SourceData, $"{_rejects.First}. Fix the row, or ingest with --on-reject quarantine.");
    }
}
