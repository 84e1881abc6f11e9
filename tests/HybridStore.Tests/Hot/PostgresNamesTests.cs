using HybridStore.Hot;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Names that mean something else in Postgres, or become others there.</summary>
public sealed class PostgresNamesTests(PostgresServer server) : HotWorld(server)
{
    private static readonly string Long = new('x', 62);

    public static TheoryData<string[], string> Refused => new()
    {
        { ["ctid"], "column 'ctid' has the name of a system column" },
        { ["a", "xmin"], "column 'xmin' has the name of a system column" },
        { ["tableoid"], "column 'tableoid' has the name of a system column" },
        { [Long + "yz", Long + "ya"], $"columns '{Long}yz' and '{Long}ya' share them" },
        { [Long + "é", Long + "ü"], $"columns '{Long}é' and '{Long}ü' share them" },
        { [.. Enumerable.Range(0, 5000).Select(number => $"c{number}")], "expected at most 1600 columns (date and symbol among them), found 5006" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Columns_that_Postgres_does_not_take_are_refused_before_anything_is_made(string[] names, string message)
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => SyncAsync(LakeWith(names), 1));

        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.StartsWith("quotes: it cannot be a table of Postgres: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("hybrid derive NAME --from quotes --sql", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await Database.AskAsync("select count(*) from pg_tables where schemaname in ('public', 'hybrid')"));
    }

    [Fact]
    public async Task Names_that_only_look_alike_and_one_that_is_too_long_are_taken()
    {
        var lake = LakeWith(["CTID", "oid", Long + "yz", Long + "z"]);

        Assert.Equal(10, (await SyncAsync(lake, 1)).RowsLoaded);
        Assert.Equal((0, 1), ((await SyncAsync(lake, 1)).RowsLoaded, (await SyncAsync(lake, 1)).PartitionsUnchanged));
        Assert.Equal(["10|10|10"], await Database.AskAsync($"select count(\"CTID\"), count({Long}y), count({Long}z) from quotes"));
        Assert.Empty((await Tier.VerifyAsync(lake.Snapshot, null, Cancellation)).Problems);
    }

    [Fact]
    public async Task Cut_cuts_where_Postgres_does()
    {
        foreach (var letter in new[] { "a", "é", "€", "😀" })
        {
            for (var before = 58; before <= 64; before++)
            {
                var name = new string('x', before) + letter + letter + "tail";

                Assert.Equal(await Database.AskAsync($"select '{name}'::name::text"), [PostgresNames.Cut(name)]);
            }
        }
    }

    private TestLake LakeWith(string[] names)
    {
        var dataset = TestLake.Quotes with { Columns = [.. TestLake.Quotes.Columns, .. names.Select(name => new Column(name, new(ColumnKind.BigInt)))] };
        var more = string.Concat(names.Take(10).Select(name => $", i as \"{name}\""));
        return new TestLake(Folder.File("lake"), dataset).Add("IBM", TestLake.Day("2013-10-07"),
            $"select 'IBM' as symbol, timestamp '2013-10-07 09:30:00' + to_milliseconds(i) as timestamp, 1.5 as bid_price, i as bid_size, 'N' as exchange{more} from range(10) t(i)");
    }
}
