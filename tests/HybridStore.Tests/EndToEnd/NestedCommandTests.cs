using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>A dataset with lists and structs from adoption to every way out.</summary>
public sealed class NestedCommandTests : IDisposable
{
    private const string Asked = "select symbol, levels, info from books order by time";

    private static readonly string[] Rows =
    [
        """{"symbol":"A","levels":[{"price":0.125,"sizes":[1,null]}],"info":{"Flag":true,"at":"2024-11-01T09:30:00"}}""",
        """{"symbol":"B","levels":[],"info":null}""",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public NestedCommandTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"));
        var other = new HybridProgram(_folder.File("other"));
        other.RunOk("ingest", _folder.Write("a/a.csv", "symbol,time,n\nA,2024-11-01 10:00:00,1\nB,2024-11-01 10:00:01,2\n"));
        _folder.Write("raw/readme.txt", "");
        other.RunOk("sql", "select symbol, time, case when n = 1 then [{'price': n / 8.0::double, 'sizes': [n, null]}] else [] end as levels, case when n = 1 then {'Flag': true, 'at': timestamp '2024-11-01 09:30:00'} end as info from a", "--output", "parquet", "-o", _folder.File("raw/x.parquet"));
    }

    public void Dispose()
    {
        _hybrid.DeleteHot();
        _folder.Dispose();
    }

    [Fact]
    public void Lists_and_structs_come_in_by_adopt_stay_through_changes_and_go_out_everywhere()
    {
        _hybrid.RunOk("adopt", _folder.File("raw"), "--dataset", "books", "--symbol-column", "symbol", "--time-column", "time", "--partition-by", "date", "--rewrite");
        Assert.Equal(Rows, Ask(Asked));
        Assert.Contains("levels  struct(\"price\" double, \"sizes\" bigint[])[]", _hybrid.RunOk("dataset", "show", "books"), StringComparison.Ordinal);
        Assert.Equal(["""{"price":0.125,"size":1,"Flag":true}"""], Ask("select levels[1].price as price, levels[1].sizes[1] as size, info.Flag from books where symbol = 'A'"));

        Assert.Contains("[{'price': 0.125, 'sizes': [1, NULL]}]", _hybrid.RunOk("sql", Asked, "--output", "csv"), StringComparison.Ordinal);
        _folder.Write("again/readme.txt", "");
        _hybrid.RunOk("export", "books", "-o", _folder.File("again/x.parquet"));
        _hybrid.RunOk("adopt", _folder.File("again"), "--dataset", "again", "--partition-by", "year", "--rewrite", "--symbol-column", "symbol", "--time-column", "time");
        Assert.Equal(Rows, Ask(Asked.Replace("books", "again", StringComparison.Ordinal)));

        _hybrid.RunOk("ingest", _folder.Write("c.csv", "symbol,time\nC,2024-11-01 10:00:02\n"), "--dataset", "books");
        _hybrid.RunOk("ingest", _folder.Write("b.csv", "symbol,time\nB,2024-11-01 10:00:01\n"), "--dataset", "books", "--key", "symbol,time", "--on-duplicate", "skip");
        var refused = _hybrid.Run("ingest", _folder.Write("d.csv", "symbol,time,info\nC,2024-11-01 10:00:02,{}\n"), "--dataset", "books");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("column 'info': dataset 'books' has struct(\"Flag\" boolean, \"at\" timestamp) in it, which a text cannot give", refused.Error, StringComparison.Ordinal);
        _hybrid.RunOk("repartition", "symbol/date", "--dataset", "books");
        Assert.Equal([.. Rows, """{"symbol":"C","levels":null,"info":null}"""], Ask(Asked));

        _hybrid.RunOk("derive", "seen", "--from", "books", "--sql", "select symbol, min(time) as time, list({'n': symbol}) as l from books group by symbol");
        Assert.Equal(["""{"l":[{"n":"A"}]}"""], Ask("select l from seen where symbol = 'A'"));

        _hybrid.RunOk("sync", "books");
        _hybrid.RunOk("verify", "--deep", "--hot");
        Assert.Contains("\"rows_evicted\":3", _hybrid.RunOk("evict", "books", "--all", "--format", "json").Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private string[] Ask(string sql) => _hybrid.RunOk("sql", sql, "--output", "ndjson").TrimEnd().Split('\n');
}
