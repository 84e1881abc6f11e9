using HybridStore.Lake;
using HybridStore.Native.Csv;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>One source's way into a transaction: in ranges that several threads read, and as a whole or not at all.</summary>
/// <remarks>A source that takes too long for one transaction leaves its rest, from a record on, to the next.</remarks>
internal sealed class SourceRun : IDisposable
{
    /// <summary>A smaller file is read before a second thread has begun.</summary>
    private const long SplitBytesMin = 32L << 20;

    private const int OpenQuoteBytesMax = 1 << 16;

    private readonly IngestContext _context;
    private readonly StagingArea _staging;
    private readonly RejectLog _rejects;
    private readonly SourcePlan? _plan;
    private readonly long _started;
    private readonly SourceTask _task;
    private int _rangesLeft;
    private string? _error;

    /// <param name="task">The source, and how far it is.</param>
    /// <param name="profile">Its first rows, when they were looked at already.</param>
    /// <param name="context">What all sources share.</param>
    /// <param name="rangesMax">How many threads may read it at a time.</param>
    internal SourceRun(SourceTask task, SourceProfile? profile, IngestContext context, int rangesMax)
    {
        _task = task;
        MayUseMoreThreads = rangesMax > 1;
        _context = context;
        _started = context.Time.GetTimestamp();
        _staging = new StagingArea(context.Transaction, context.Draft.Dataset);
        Outcome = new SourceOutcome { File = File };
        try
        {
            _plan = task.Plan ?? context.Draft.Plan(profile ?? SourceProfile.Of(File, context.Draft.Request), context.Filter);
            IsPlain = File.IsPlain && _plan.Encoding == CsvEncoding.Utf8;
            FirstLine = task.FirstLine ?? (task.At.IsAtStart ? 1 : IsPlain ? CsvRangeSplitter.CountLines(File.StoredPath, task.At.Offset) + 1 : null);
            Ranges = Split(rangesMax);
        }
        catch (Exception exception) when (IsOfSource(exception))
        {
            Fail(exception.Message);
            context.Progress.FinishFile();
        }

        _rangesLeft = Ranges.Count;
        _rejects = new RejectLog(task.Rejects.In(context.Folder), _plan is null ? null : RejectFileHead.Of(task.ReportPath, _plan), task.Origin);
        foreach (var row in task.KeptRejects) _rejects.Keep(row);
    }

    internal SourceFile File => _task.File;

    /// <summary>How the source is named in the log.</summary>
    internal string ReportPath => _task.ReportPath;

    /// <summary>Whether the file's bytes are its plain text in UTF-8.</summary>
    internal bool IsPlain { get; }

    /// <summary>Number of the first line that is read; null until a packed source has been unpacked up to it.</summary>
    internal long? FirstLine { get; private set; }

    /// <summary>Whether threads would be idle while one reads it.</summary>
    internal bool MayUseMoreThreads { get; }

    /// <summary>What is to be read, in the order of the rows; empty when the source failed already.</summary>
    internal IReadOnlyList<RangeRun> Ranges { get; } = [];

    /// <summary>What became of it, once all ranges have run.</summary>
    internal SourceOutcome Outcome { get; private set; }

    /// <summary>Whether rows of it are in quarantine.</summary>
    internal bool HasRejects => _rejects.RowCount > 0;

    /// <summary>Opens the source for a range, whose first byte is the next to be read.</summary>
    internal ICsvInput Open(CsvEncoding encoding, CsvRange range, Action<long> onRead)
    {
        var input = SourceInput.Open(File, encoding, IsPlain ? range : new CsvRange(0, long.MaxValue), onRead);
        if (IsPlain || range.Start == 0) return input;
        try
        {
            FirstLine = SkipLines(input, range.Start) + 1;
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>The number of the line that begins at an offset.</summary>
    internal long LineAt(long offset) => offset == _task.At.Offset && FirstLine is { } line ? line : CsvRangeSplitter.CountLines(File.StoredPath, offset) + 1;

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
        catch (OpenRecordException exception)
        {
            Fail(exception.Message);
            Outcome = Outcome with { OpenRecordOffset = exception.Offset };
        }
        catch (InvalidDataException exception)
        {
            Fail(SourceInput.Damaged(File, exception).Message);
        }

        if (Interlocked.Decrement(ref _rangesLeft) > 0) return;
        if (_error is null) Finish(writer, cancellationToken);
        if (Outcome.RestOffset is null) _context.Progress.FinishFile();
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

    /// <summary>Gives the quarantine its final name, and tells the transaction how far the source is with it.</summary>
    internal void Record()
    {
        _rejects.Publish();
        _task.Record(_context.Transaction, Outcome.RestOffset, Ranges[^1].EndsOpen);
    }

    public void Dispose() => _rejects.Dispose();

    /// <summary>Puts the ranges' files together, checks the accounts, and lets the files enter.</summary>
    private void Finish(ParquetWriter writer, CancellationToken cancellationToken)
    {
        var finisher = new PartitionFinisher(_context.Draft.Dataset, writer, _staging, cancellationToken);
        foreach (var partition in Ranges.SelectMany(range => range.Parts).GroupBy(pair => pair.Key, pair => pair.Value)) finisher.Finish(partition.Key, [.. partition.SelectMany(parts => parts)]);
        var read = Ranges.Sum(range => range.RowsRead) + _task.KeptRejects.Count;
        foreach (var range in Ranges) range.ForgetParts();
        var filtered = Ranges.Sum(range => range.RowsFiltered);
        var stored = _staging.RowCount;
        if (read != stored + _rejects.RowCount + filtered)
        {
            throw new InvalidOperationException($"{File.Path}: {read} rows were read, but {stored} stored, {_rejects.RowCount} rejected and {filtered} filtered.");
        }

        if (HasChanged(cancellationToken))
        {
            Fail(MeasuredInput.Changed(File, "its size or its time of change is another").Message);
            return;
        }

        _context.Budget.Check(File, read, _rejects.RowCount, _rejects.First);
        if (stored == 0 && read == 0 && _task.At.IsAtStart)
        {
            Fail($"{File.Path}: has a header and no rows. Nothing was stored.");
            return;
        }

        // Rows that are kept out by a filter are none that failed; of a new dataset something must be stored to keep rejects with.
        if (stored == 0 && HasRejects && (filtered == 0 || _context.Draft.IsNew))
        {
            Fail($"{File.Path}: none of its {read} rows can be stored; the first: {_rejects.First}. Check --columns, --symbol-column and --time-column against the file.");
            return;
        }

        if (_context.Duplicates == DuplicatePolicy.Keep) _staging.Enter();
        Outcome = Outcome with
        {
            RowsRead = read,
            RowsStored = stored,
            RowsRejected = _rejects.RowCount,
            RowsFiltered = filtered,
            Symbols = [.. Ranges.SelectMany(range => range.Symbols).Distinct()],
            FirstTimeUs = Ranges.Min(range => range.FirstTimeUs),
            LastTimeUs = Ranges.Max(range => range.LastTimeUs),
            Seconds = _context.Time.GetElapsedTime(_started).TotalSeconds,
            StartOffset = _task.At.Offset,
            StartLine = FirstLine,
            Notes = [.. Ranges.SelectMany(range => range.Notes)],
            RestOffset = Ranges[^1].RestOffset,
            RestLine = FirstLine + Ranges.Sum(range => range.LinesRead),
        };
    }

    /// <summary>Whether the file is another than the one that was measured; a file that grows may only have been added to.</summary>
    private bool HasChanged(CancellationToken cancellationToken)
    {
        if (File.Stamp is not { } measured || FileStamp.Of(File.StoredPath) == measured) return false;
        return !File.MayGrow
            || SourceIdentity.Of(File, KnownContents.In(null, ""), cancellationToken).Name + _task.FilterSuffix != _task.Identity;
    }

    private static long SkipLines(ICsvInput input, long bytes)
    {
        var buffer = new byte[1 << 20];
        var lines = 0L;
        for (var left = bytes; left > 0;)
        {
            var read = input.Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            if (read == 0) throw new InvalidDataException($"It ends before byte {bytes}, up to which it was stored before.");
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            left -= read;
        }

        return lines;
    }

    private IReadOnlyList<RangeRun> Split(int rangesMax)
    {
        var start = _task.At.Offset;
        var end = IsPlain ? File.SizeBytes : long.MaxValue;
        // A small rest is better read to its end than left for a commit of its own.
        // Which of the two hours it is, where clocks go back, is told by the rows before: such a source is read in one go.
        var stop = _plan!.LocalTimes is not null || IsPlain && end - start <= _context.StepBytes + _context.StepBytes / 2 ? long.MaxValue : start + Math.Min(_context.StepBytes, long.MaxValue - start);
        var part = new CsvRange(start, Math.Min(stop, end));
        IReadOnlyList<CsvRange> ranges = rangesMax < 2 || !IsPlain || _plan.LocalTimes is not null || part.End - part.Start < SplitBytesMin
            ? [part]
            : CsvRangeSplitter.Split(File.StoredPath, _plan.Dialect, part, rangesMax);
        // The last one goes on to the first record behind the stop: only its reader knows where that is.
        return [.. ranges.Select((range, number) => number == ranges.Count - 1 ? new RangeRun(this, number, range with { End = end }, stop) : new RangeRun(this, number, range, long.MaxValue))];
    }

    private void Fail(string error)
    {
        Volatile.Write(ref _error, error);
        Outcome = new SourceOutcome { File = File, Error = error, Seconds = _context.Time.GetElapsedTime(_started).TotalSeconds };
    }

    private void OnReject(CsvReject reject)
    {
        // What others still write may be cut within a quoted value, too; a quote that stays open for longer is a stray one.
        if (File.MayGrow && reject.Reason == CsvRejectReason.UnterminatedQuote && File.SizeBytes - reject.ByteOffset <= OpenQuoteBytesMax)
        {
            throw new OpenRecordException(reject.ByteOffset);
        }

        _context.Draft.WidenFor(reject, _plan!);
        _context.Budget.Add(_rejects.Add(reject));
        if (_context.FailsOnReject) throw new StoreException(StoreErrorKind.SourceData, $"{_rejects.First}. Fix the row, or ingest with --on-reject quarantine.");
    }

    /// <summary>Whether another source may fare better; what the process lacks, such as open files, all of them lack.</summary>
    private static bool IsOfSource(Exception exception) =>
        exception is StoreException { Kind: StoreErrorKind.SourceData } or IOException && !SystemFailure.IsShortage(exception.Message);
}
