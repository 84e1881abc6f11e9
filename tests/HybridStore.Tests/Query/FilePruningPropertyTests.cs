using HybridStore.Query;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Random statements give the same rows with our pruning of files as without.</summary>
public sealed class FilePruningPropertyTests : IDisposable
{
    private const int Seed = 610;
    private const int StatementCount = 150;

    private static readonly DateOnly FirstDay = new(2013, 10, 7);
    private static readonly string[] Symbols = ["A", "B", "C"];
    private static readonly string[] Froms =
    [
        "q", "q join t using (symbol, date, time)", "q join t on q.symbol = t.symbol and q.date = t.date and q.time = t.time", "q left join t on q.symbol = t.symbol and q.bid = t.bid",
        "q full join t on q.symbol = t.symbol and q.date = t.date and q.bid = t.bid", "t asof join q on t.symbol = q.symbol and t.time >= q.time", "q asof left join t using (symbol, time)",
        "q semi join t on q.symbol = t.symbol and q.date < t.date", "q anti join t on q.symbol = t.symbol and q.date < t.date", "q right join t on q.date = t.date and q.bid = t.bid + 1",
        "(from q where symbol <> 'B') q join t using (symbol, date, time)",
    ];

    private readonly SampleLake _lake = new();

    public FilePruningPropertyTests()
    {
        foreach (var name in (string[])["q", "t"])
        {
            _lake.Add(SampleLake.Quotes(name));
            foreach (var symbol in Symbols)
            {
                // Enough files for pruning to begin, and days that only one of the two has.
                for (var day = 0; day < 6; day++) _lake.AddQuotes(name, symbol, FirstDay.AddDays(name == "q" ? day : day + 1), day * 3);
            }
        }
    }

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Pruned_statements_give_what_unpruned_ones_give()
    {
        var random = new Random(Seed);
        using var engine = _lake.Open();
        for (var number = 0; number < StatementCount; number++)
        {
            var from = Froms[random.Next(Froms.Length)];
            var where = Condition(random, from, depth: 2);
            // The PIVOT keeps the statement from being read as a plain SELECT, and so all files.
            const string unreadable = "(pivot (values (1)) on col0 using count(*))";
            var pruned = Outcome(engine, $"select count(*), count(distinct {Any(from)}.bid), sum({Any(from)}.size) from {from} where {where}");
            var all = Outcome(engine, $"with unread as (from {unreadable}) select count(*), count(distinct {Any(from)}.bid), sum({Any(from)}.size) from {from} where {where}");
            Assert.True(pruned == all, $"seed {Seed}, statement {number}: from {from} where {where}\npruned {pruned}, all {all}");
        }
    }

    private static string Any(string from) => from.StartsWith("t ", StringComparison.Ordinal) ? "t" : "q";

    /// <summary>The row, or that the statement is none: an ambiguous column, say.</summary>
    private static string Outcome(QueryEngine engine, string sql)
    {
        try
        {
            return engine.Row(sql);
        }
        catch (StoreException exception)
        {
            return exception.Kind.ToString();
        }
    }

    private static string Condition(Random random, string from, int depth)
    {
        if (depth > 0 && random.Next(3) > 0)
        {
            var joined = $"{Condition(random, from, depth - 1)} {(random.Next(3) == 0 ? "or" : "and")} {Condition(random, from, depth - 1)}";
            return random.Next(5) == 0 ? $"not ({joined})" : $"({joined})";
        }

        var hasTwo = from.Contains("join", StringComparison.Ordinal) && !from.Contains("semi", StringComparison.Ordinal) && !from.Contains("anti", StringComparison.Ordinal);
        var relation = hasTwo ? (string[])["q.", "t.", ""] : ["q.", ""];
        var column = relation[random.Next(relation.Length)];
        var symbol = Symbols[random.Next(Symbols.Length)];
        var day = FirstDay.AddDays(random.Next(7)).ToString("yyyy-MM-dd");
        return random.Next(7) switch
        {
            0 => $"{column}symbol = '{symbol}'",
            1 => $"{column}symbol in ('{symbol}', 'C')",
            2 => $"{column}date = '{day}'",
            3 => $"{column}date {(random.Next(2) == 0 ? ">=" : "<")} date '{day}'",
            4 => $"{column}date between '{day}' and '2013-10-11'",
            5 => $"{column}time < timestamp '{day} 09:30:05'",
            _ => $"{column}bid > {random.Next(10)}",
        };
    }
}
