using System.Text;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class FilePrunerTests : IDisposable
{
    private static readonly DateOnly FirstDay = new(2013, 10, 7);

    private readonly DuckDbDatabase _database = DuckDbDatabase.Open();
    private readonly DuckDbConnection _connection;

    public FilePrunerTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    /// <summary>Of each dataset's files A1 A2 A3 B1 B2 B3 C1 C2 C3 (symbol and day), those that a statement can need.</summary>
    [Theory]
    [InlineData("from q", "all")]
    [InlineData("from q where symbol = 'A'", "A1 A2 A3")]
    [InlineData("from q where ticker = 'A'", "A1 A2 A3")]
    [InlineData("from q where 'A' = SYMBOL", "A1 A2 A3")]
    [InlineData("from q where q.symbol = 'A' and date = '2013-10-08'", "A2")]
    [InlineData("from q where symbol in ('A', 'C') and date <> '2013-10-08'", "A1 A2 A3 C1 C2 C3")]
    [InlineData("from q where symbol = $s", "B1 B2 B3")]
    [InlineData("from q where date = $d", "A2 B2 C2")]
    [InlineData("from q where date = date '2013-10-08'", "A2 B2 C2")]
    [InlineData("from q where date >= '2013-10-08'", "A2 A3 B2 B3 C2 C3")]
    [InlineData("from q where '2013-10-08' >= date", "A1 A2 B1 B2 C1 C2")]
    [InlineData("from q where date between '2013-10-09' and '2014-01-01'", "A3 B3 C3")]
    [InlineData("from q where date in ('2013-10-07', date '2013-10-09') and symbol = 'A'", "A1 A3")]
    [InlineData("from q where symbol = 'A' or date = '2013-10-07'", "A1 A2 A3 B1 C1")]
    [InlineData("from q where symbol = 'A' or bid > 1", "all")]
    [InlineData("from q where not symbol = 'A'", "all")]
    [InlineData("from q where symbol = 'A' and bid > 1", "A1 A2 A3")]
    [InlineData("from q where symbol = 'a'", "")]
    [InlineData("from q where symbol like 'A%'", "all")]
    [InlineData("from q where upper(symbol) = 'A'", "all")]
    [InlineData("from q where symbol = lower('A')", "all")]
    [InlineData("from q where symbol = 'a' collate nocase", "all")]
    [InlineData("from q where symbol = null", "all")]
    [InlineData("from q where symbol is null", "all")]
    [InlineData("from q where date = 'no date'", "all")]
    [InlineData("from q where date = '2013-10-08 +05'", "all")]
    [InlineData("from q where time < timestamp '2013-10-07 12:00:00' and symbol = 'B'", "B1 B2")]
    [InlineData("from q where time between '2013-10-09 09:30' and '2013-10-09 16:00' and symbol = 'B'", "B2 B3")]
    [InlineData("from q as x where x.symbol = 'A'", "A1 A2 A3")]
    [InlineData("from q as x where q.symbol = 'A'", "all")]
    [InlineData("from q as x(symbol, other) where symbol = 'A'", "all")]
    [InlineData("from q tablesample 10% where symbol = 'A'", "all")]
    [InlineData("select count(*) from q where symbol = 'A' having count(*) > 1", "A1 A2 A3")]
    [InlineData("select count(*) from q having any_value(symbol) = 'A'", "all")]
    [InlineData("with x as (from q where symbol = 'A') from x where date = '2013-10-07'", "A1 A2 A3")]
    [InlineData("from (from q where symbol = 'A') union all from q where symbol = 'B' and date = '2013-10-07'", "A1 A2 A3 B1")]
    [InlineData("select (select max(bid) from q where symbol = 'A') from q where symbol = 'C'", "A1 A2 A3 C1 C2 C3")]
    [InlineData("select (select max(bid) from q) from q where symbol = 'C'", "all")]
    [InlineData("from q where symbol = 'A' and exists (from t where t.symbol = q.symbol)", "A1 A2 A3", "all")]
    [InlineData("from q join t using (symbol, date) where symbol = 'A' and date = '2013-10-07'", "A1", "A1")]
    [InlineData("from q join t using (symbol) where symbol = 'A' and q.date = '2013-10-07'", "A1", "A1 A2 A3")]
    [InlineData("from q join t on q.symbol = t.symbol where q.symbol = 'A'", "A1 A2 A3", "A1 A2 A3")]
    [InlineData("from q left join t on q.symbol = t.symbol and q.date = t.date where t.symbol = 'A' and q.date = '2013-10-07'", "A1", "A1")]
    [InlineData("from q join t on q.bid = t.bid where q.symbol = 'A'", "A1 A2 A3", "all")]
    [InlineData("from q join t on q.symbol = t.symbol or q.date = t.date where q.symbol = 'A'", "A1 A2 A3", "all")]
    [InlineData("from q, t where q.symbol = 'A' and t.symbol = 'B'", "A1 A2 A3", "B1 B2 B3")]
    [InlineData("from q anti join t on q.bid = t.bid where symbol = 'A'", "all", "all")]
    [InlineData("from q positional join t where q.symbol = 'A'", "all", "all")]
    [InlineData("from t asof join q on t.symbol = q.symbol and t.time >= q.time where t.symbol = 'A' and q.date = '2013-10-08'", "A1 A2 A3", "A1 A2 A3")]
    [InlineData("from t asof join q using (symbol, time) where t.symbol = 'A' and t.date = '2013-10-08'", "A1 A2 A3", "A2")]
    [InlineData("from t asof join q using (symbol, date) where date = '2013-10-08'", "all", "all")]
    [InlineData("from q, (select 'A' as symbol) s where symbol = 'A'", "all")]
    [InlineData("from query_table('q') where symbol = 'A'", "all")]
    [InlineData("select * from q where symbol = 'A' qualify row_number() over (order by time) = 1", "A1 A2 A3")]
    [InlineData("from Q where symbol = 'A' and date = '2013-10-07'", "A1")]
    public void Prune_keeps_what_the_statement_can_need(string sql, string expectedQ, string? expectedT = null)
    {
        var snapshots = new Dictionary<string, LakeSnapshot>(StringComparer.OrdinalIgnoreCase) { ["q"] = Snapshot("q"), ["t"] = Snapshot("t") };
        var files = FilePruner.Prune(ParseTree(sql), snapshots, new Dictionary<string, object?> { ["s"] = "B", ["d"] = FirstDay.AddDays(1) });
        Assert.Equal(expectedQ, Names(files["q"].Named));
        if (expectedT is not null) Assert.Equal(expectedT, Names(files["t"].Named));
    }

    /// <summary>The files that calls of functions can need: with a day before the first, for what still stands at midnight.</summary>
    [Theory]
    [InlineData("from bars('q', '1 minute')", "all")]
    [InlineData("from bars('Q', '1 minute', '2013-10-09')", "A2 A3 B2 B3 C2 C3")]
    [InlineData("from bars('q', '1 minute', '2013-10-08', date '2013-10-08', ['A', $s])", "A1 A2 B1 B2")]
    [InlineData("from bars('q', '1 minute', to_date := '2013-10-07', symbols := ['C'])", "C1")]
    [InlineData("from bars(dataset := 'q', every := '1 day', from_date := $d) where symbol = 'A'", "all")]
    [InlineData("from vwap('q', '1 day', NULL, NULL, ['A'])", "A1 A2 A3")]
    [InlineData("from bars('q', '1 minute', current_date - 3)", "all")]
    [InlineData("from bars('q', '1 minute', symbols := [upper('a')])", "all")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']) union all from coverage('q', '2013-10-09')", "A1 A2 A3 B2 B3 C2 C3")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']) union all from coverage('q')", "all")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']) union all from coverage($s)", "A1 A2 A3")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']) union all from coverage(lower('Q'))", "all")]
    [InlineData("from asof_trades_quotes('q', 't', '1 s', '2013-10-08', '2013-10-08', ['A'])", "A1 A2", "A1 A2")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']) join t using (symbol)", "A1 A2 A3", "all")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']) union all from query_table('hybrid_ticks_q')", "all")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']), hybrid_ticks_q", "all")]
    [InlineData("from bars('q', '1 minute', symbols := ['A']), (summarize q)", "all")]
    public void Prune_keeps_what_calls_of_functions_can_need(string sql, string expectedQ, string? expectedT = null)
    {
        var snapshots = new Dictionary<string, LakeSnapshot>(StringComparer.OrdinalIgnoreCase) { ["q"] = Snapshot("q"), ["t"] = Snapshot("t") };
        var files = FilePruner.Prune(ParseTree(sql), snapshots, new Dictionary<string, object?> { ["s"] = "B", ["d"] = FirstDay.AddDays(1) });
        Assert.Equal(expectedQ, Names(files["q"].Called));
        if (expectedT is not null) Assert.Equal(expectedT, Names(files["t"].Called));
    }

    [Fact]
    public void Prune_names_no_files_that_a_table_beside_a_function_does_not_need()
    {
        var snapshots = new Dictionary<string, LakeSnapshot>(StringComparer.OrdinalIgnoreCase) { ["q"] = Snapshot("q") };
        var files = FilePruner.Prune(ParseTree("from q join bars('q', '1 day', symbols := ['B']) b using (symbol) where q.symbol = 'A'"), snapshots, new Dictionary<string, object?>());
        Assert.Equal(("A1 A2 A3", "B1 B2 B3"), (Names(files["q"].Named), Names(files["q"].Called)));
    }

    [Fact]
    public void Prune_leaves_all_files_to_a_table_that_is_named_by_a_text()
    {
        var snapshots = new Dictionary<string, LakeSnapshot>(StringComparer.OrdinalIgnoreCase) { ["q"] = Snapshot("q") };
        var files = FilePruner.Prune(ParseTree("from q where symbol = 'A' union all from query_table('q')"), snapshots, new Dictionary<string, object?>());
        Assert.Equal("all", Names(files["q"].Named));
    }

    [Fact]
    public void A_file_of_many_symbols_or_days_is_kept_when_one_may_match()
    {
        var snapshot = Snapshot("q") with
        {
            Files =
            [
                File("m1", null, new DateRange(new(2013, 9, 1), new(2013, 9, 30))),
                File("m2", null, new DateRange(new(2013, 10, 1), new(2013, 10, 31))),
            ],
        };
        var snapshots = new Dictionary<string, LakeSnapshot> { ["q"] = snapshot };
        var files = FilePruner.Prune(ParseTree("from q where symbol = 'A' and date = '2013-10-07'"), snapshots, new Dictionary<string, object?>());
        Assert.Equal(["m2"], files["q"].Named.Select(file => file.Path));
    }

    private static string Names(IReadOnlyList<DataFile> files) => files.Count == 9 ? "all" : string.Join(' ', files.Select(file => file.Path));

    private static LakeSnapshot Snapshot(string name) => new()
    {
        Folder = "/none",
        Version = 0,
        Dataset = SampleLake.Quotes(name),
        AppTransactions = new Dictionary<string, long>(),
        Files = [.. from symbol in "ABC" from day in Enumerable.Range(0, 3) select File($"{symbol}{day + 1}", symbol.ToString(), new DateRange(FirstDay.AddDays(day), FirstDay.AddDays(day)))],
    };

    private static DataFile File(string path, string? symbol, DateRange days) => new()
    {
        Path = path,
        Symbol = symbol,
        Days = days,
        SizeBytes = 1,
        RowCount = 1,
        Checksum = 0,
        AddedVersion = 0,
    };

    private string ParseTree(string sql)
    {
        using var result = _connection.Query(QuerySql.ParseTree(sql));
        Assert.True(result.Read());
        var tree = Encoding.UTF8.GetString(result.Chunk.Column(0).Bytes(0));
        Assert.StartsWith("{\"error\":false", tree, StringComparison.Ordinal);
        return tree;
    }
}
