using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>What a reader of a hot table and of the books sees; a line for each symbol-day or table.</summary>
/// <param name="Rows">Day, symbol, rows.</param>
/// <param name="Sums">Day, symbol, a sum of the values.</param>
/// <param name="Books">Day, symbol, rows by the books.</param>
/// <param name="Leaves">The tables that hold days, attached or not.</param>
/// <param name="BookedLeaves">The same by the books.</param>
/// <param name="Indexes">The indexes of the days.</param>
internal sealed record HotFaultState(string Rows, string Sums, string Books, string Leaves, string BookedLeaves, string Indexes)
{
    /// <summary>The days that have rows.</summary>
    internal IEnumerable<string> Days => Sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|')[0]).Distinct();

    /// <summary>What is in a day.</summary>
    internal string Day(string day) => string.Join('\n', Sums.Split('\n').Where(line => line.StartsWith(day, StringComparison.Ordinal)));

    /// <summary>Fails unless each day is as it was before a work or as it is after it, and the books say what is there.</summary>
    internal void AssertWhole(HotFaultWork work, HotFaultState before, HotFaultState after, string where)
    {
        // What a day gets and what it loses are two transactions, of which each is whole.
        if (work == HotFaultWork.SyncOfLoss) AssertWholeSymbolDays(before, after, where);
        else AssertWholeDays(before, after, where);
    }

    /// <summary>Fails unless each day is as in one of two states, and the books say what is there.</summary>
    internal void AssertWholeDays(HotFaultState before, HotFaultState after, string where)
    {
        foreach (var day in before.Days.Union(after.Days).Union(Days))
        {
            var rows = Day(day);
            Assert.True(rows == before.Day(day) || rows == after.Day(day), $"{where}: {day} is neither as before nor as after: {rows}");
        }

        AssertWholeSymbolDays(before, after, where);
    }

    internal static async Task<HotFaultState> ReadAsync(TestDatabase database)
    {
        return new HotFaultState(
            await LinesAsync("select date::text, symbol, count(*) from quotes group by 1, 2 order by 1, 2"),
            await LinesAsync("select date::text, symbol, sum(bid_size * bid_price) from quotes group by 1, 2 order by 1, 2"),
            await LinesAsync("select date::text, symbol, rows from hybrid.symbol_days where dataset = 'quotes' order by 1, 2"),
            await LinesAsync("select relname from pg_class where relkind = 'r' and relname ~ '^quotes_\\d+$' order by 1"),
            await LinesAsync("select leaf from hybrid.days where dataset = 'quotes' order by 1"),
            await LinesAsync("select indexname from pg_indexes where tablename ~ '^quotes_\\d+$' order by 1"));

        async Task<string> LinesAsync(string sql) => string.Join('\n', await database.AskAsync(sql));
    }

    /// <summary>Fails unless each symbol of a day is as in one of two states, and the books say what is there.</summary>
    private void AssertWholeSymbolDays(HotFaultState before, HotFaultState after, string where)
    {
        var known = before.Sums.Split('\n').Union(after.Sums.Split('\n')).ToHashSet();
        Assert.All(Sums.Split('\n'), line => Assert.True(known.Contains(line), $"{where}: {line} is neither as before nor as after"));
        Assert.True(Books == Rows, $"{where}: the books say\n{Books}\nand the rows are\n{Rows}");
        Assert.True(Leaves == BookedLeaves, $"{where}: the books list\n{BookedLeaves}\nand the tables are\n{Leaves}");
    }
}
