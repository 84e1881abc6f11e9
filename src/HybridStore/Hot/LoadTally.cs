using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

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

    /// <summary>Loads a day, and once more when a commit moved a file after it was located: the second attempt locates it anew.</summary>
    /// <param name="load">Told what to call with the rows that went out since it was last called.</param>
    /// <remarks>The rows that a failed attempt has sent are subtracted: they are sent again.</remarks>
    internal async Task<HotDayLoader.Outcome> LoadAsync(Func<Action<long>, Task<HotDayLoader.Outcome>> load)
    {
        var sent = 0L;
        try
        {
            return await load(rows =>
            {
                sent += rows;
                Send(rows);
            }).ConfigureAwait(false);
        }
        catch (DuckDbException e) when (e.Kind == DuckDBErrorType.Io)
        {
            Send(-sent);
            return await load(Send).ConfigureAwait(false);
        }
    }

    private void Send(long rows)
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
