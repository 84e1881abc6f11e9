using System.Globalization;

namespace HybridStore.Ingest;

/// <summary>Counts the rejects of all sources, and ends the ingest when there are more than the user allows.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RejectBudget(RejectLimit limit)
{
    private long _rows;
    private long _kept;

    /// <summary>Counts one.</summary>
    /// <param name="example">The reject as a sentence.</param>
    /// <exception cref="RejectLimitException">It is one too many.</exception>
    internal void Add(string example)
    {
        if (Interlocked.Increment(ref _rows) > limit.RowsMax)
        {
            throw new RejectLimitException(string.Create(CultureInfo.InvariantCulture, $"more than {limit.RowsMax} rows cannot be stored (--max-rejects); the last: {example}."));
        }
    }

    /// <summary>What was counted is committed.</summary>
    internal void Keep() => _kept = Interlocked.Read(ref _rows);

    /// <summary>What was counted since the last commit is read again.</summary>
    internal void Restart() => Interlocked.Exchange(ref _rows, _kept);

    /// <summary>Looks at a source that has been read.</summary>
    /// <exception cref="RejectLimitException">Too large a share of its rows was rejected.</exception>
    internal void Check(SourceFile file, long rowsRead, long rowsRejected, string? example)
    {
        if (rowsRejected * 100.0 > limit.PercentMax * rowsRead)
        {
            throw new RejectLimitException(string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {rowsRejected} of {rowsRead} rows cannot be stored, which is more than {limit.PercentMax}% (--max-rejects); the first: {example}."));
        }
    }
}
