namespace HybridStore.Hot;

/// <summary>Adds up what connections that run side by side have loaded, and reports it.</summary>
/// <param name="rowsTotal">Rows to send.</param>
/// <param name="symbolDaysTotal">Symbol-days to commit.</param>
/// <param name="progress">Told of each step; may be null.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class LoadTally(long rowsTotal, int symbolDaysTotal, IProgress<HotProgress>? progress)
{
    private readonly Lock _lock = new();
    private long _rowsSent;
    private HotDayLoader.Outcome _outcome;

    /// <summary>What was committed so far.</summary>
    internal HotDayLoader.Outcome Outcome
    {
        get
        {
            lock (_lock) return _outcome;
        }
    }

    /// <summary>Counts rows that went out.</summary>
    /// <param name="rows">How many more.</param>
    internal void Send(long rows)
    {
        lock (_lock)
        {
            _rowsSent += rows;
            Report();
        }
    }

    /// <summary>Counts a day that was committed.</summary>
    /// <param name="day">What it was.</param>
    internal void Commit(HotDayLoader.Outcome day)
    {
        lock (_lock)
        {
            _outcome = new HotDayLoader.Outcome(_outcome.RowCount + day.RowCount, _outcome.SymbolDays + day.SymbolDays, _outcome.IndexSeconds + day.IndexSeconds);
            Report();
        }
    }

    private void Report() => progress?.Report(new HotProgress(_rowsSent, rowsTotal, _outcome.SymbolDays, symbolDaysTotal));
}
