using HybridStore.Hot;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>What is the same in all rows of a new leaf is not sent, and stands there all the same.</summary>
public sealed class LeafConstantsTests(PostgresServer server) : HotWorld(server)
{
    private static readonly DateOnly Day = new(2013, 10, 7);

    private static HotLayout Layout => new(TestLake.Quotes);

    [Theory]
    [InlineData("IBM", "date,symbol")]
    [InlineData("BRK.B", "date,symbol")]
    [InlineData("A\\B", "date")]
    [InlineData("O'Neil", "date")]
    [InlineData("Ä", "date")]
    [InlineData("", "date")]
    [InlineData("IBM,AIG", "date")]
    public void Of_is_the_day_and_one_symbol_that_every_server_reads_alike(string symbols, string columns)
    {
        var constants = LeafConstants.Of(Layout, Day, symbols.Split(','));
        Assert.Equal(columns, string.Join(',', constants.Places.Select(place => Layout.LeafColumns[place].Name)));
        Assert.All(columns.Split(','), column => Assert.DoesNotContain($"\"{column}\"", HotTableSql.Copy(constants, "leaf", isNew: true)));
        Assert.Empty(LeafConstants.None(Layout).Places);
    }

    [Fact]
    public async Task A_load_gives_each_row_the_constants_and_leaves_no_default_behind()
    {
        var lake = Lake().AddQuotes("IBM", "2013-10-07", 500).AddQuotes("A\\B", "2013-10-08", 300).AddQuotes("IBM", "2013-10-09", 200).AddQuotes("AIG", "2013-10-09", 100);
        await Tier.LoadHistoricalAsync(lake.Snapshot, null, new(Day, Day.AddDays(2)), HotHold.Window, HotIndex.Btree, null, Cancellation);

        Assert.Equal(
            ["AIG|2013-10-09|100", "A\\B|2013-10-08|300", "IBM|2013-10-07|500", "IBM|2013-10-09|200"],
            await Database.AskAsync("select symbol, date::text, count(*) from quotes group by 1, 2 order by symbol, date"));
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_attrdef d join pg_class c on c.oid = d.adrelid where c.relname like 'quotes%'"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public void Rows_are_hashed_whole_and_sent_without_the_constants()
    {
        const string sql = "select timestamp '2013-10-07 10:00:00' + to_seconds(i) as t, case when i % 3 = 0 then null else i * 0.5 end as p, i as s, date '2013-10-07' as date, 'IBM' as symbol, case when i % 5 = 0 then null else 'N' end as e from range(500) as rows(i)";
        var dataset = new Dataset
        {
            Name = "q",
            Columns = [new("t", new(ColumnKind.Timestamp)), new("p", new(ColumnKind.Double)), new("s", new(ColumnKind.BigInt)), new("symbol", new(ColumnKind.Varchar)), new("e", new(ColumnKind.Varchar))],
            SymbolColumn = "symbol",
            TimeColumn = "t",
            Partitioning = Partitioning.SymbolDate,
        };
        var layout = new HotLayout(dataset);
        var constants = LeafConstants.Of(layout, Day, ["IBM"]);
        var whole = Read(sql.Replace("i * 0.5", "(i * 0.5)::double", StringComparison.Ordinal), LeafConstants.None(layout));
        var less = Read(sql.Replace("i * 0.5", "(i * 0.5)::double", StringComparison.Ordinal), constants);
        Assert.Equal(whole.Checksum, less.Checksum);
        Assert.Equal(whole.Bytes - (500 * (4 + 4 + 4 + 3)), less.Bytes);
    }

    private static (int Bytes, ulong Checksum) Read(string sql, LeafConstants constants)
    {
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        using var rows = new HotRowReader(connection, sql, constants, Day, CancellationToken.None);
        var bytes = 0;
        while (rows.Next() is { Length: > 0 } next) bytes += next.Length;
        return (bytes, rows.Totals["IBM"].Checksum);
    }
}
