using HybridStore.Query;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class QueryEngineKeepTests : IDisposable
{
    private readonly SampleLake _lake = new();
    private readonly QueryEngine _engine;

    public QueryEngineKeepTests()
    {
        _lake.Add(SampleLake.Quotes());
        _lake.AddQuotes("quotes", "IBM", new DateOnly(2013, 10, 7));
        _engine = _lake.Open();
    }

    public void Dispose()
    {
        _engine.Dispose();
        _lake.Dispose();
    }

    private (long? Kept, bool IsWhole) Keep(string sql, long rowsMax = 1000, params (string Name, object? Value)[] parameters)
    {
        var result = _engine.RunAndKeep(sql, rowsMax, parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value), CancellationToken.None);
        result.Reader.Dispose();
        return (result.RowsKept, result.IsWhole);
    }

    [Fact]
    public void A_result_can_be_asked_and_refined_again_and_again()
    {
        Assert.Equal((10, true), Keep("select symbol, bid from quotes order by bid desc"));
        Assert.Equal("10|10.0", _engine.Row("select count(*), first(bid) from _"));
        Assert.Equal((3, true), Keep("select * from _ where bid <= $most", 1000, ("most", 3)));
        Assert.Equal((1, true), Keep("select sum(bid) as total from _"));
        Assert.Equal("6.0", _engine.Row("select total from _"));
    }

    [Fact]
    public void Only_the_first_rows_are_kept_and_it_says_so()
    {
        Assert.Equal((4, false), Keep("from quotes order by bid", 4));
        Assert.Equal("4|4.0", _engine.Row("select count(*), max(bid) from _"));
    }

    [Theory]
    [InlineData("describe quotes", 6)]
    [InlineData("summarize quotes", 6)]
    [InlineData("values (1), (2) -- two", 2)]
    [InlineData("table quotes;", 10)]
    [InlineData("with q as (from quotes) from q", 10)]
    [InlineData("select 1 as a, 2 as a", 1)]
    [InlineData("pivot quotes on symbol in ('IBM') using sum(bid) group by date", 1)]
    public void Every_kind_of_statement_with_rows_is_kept(string sql, long rows) => Assert.Equal((rows, true), Keep(sql));

    [Theory]
    [InlineData("explain select 1")]
    [InlineData(" show tables")]
    [InlineData("pivot quotes on symbol using sum(bid)")]
    public void What_cannot_be_kept_still_answers_and_leaves_the_last_result(string sql)
    {
        Keep("select 7 as seven");
        Assert.Equal((null, true), Keep(sql));
        Assert.Equal("7", _engine.Row("select seven from _"));
    }

    [Theory]
    [InlineData("select error('no') from quotes")]
    [InlineData("select nothing from quotes")]
    [InlineData("create table x as select 1")]
    [InlineData("select 1) limit 1; drop table _; --")]
    public void A_failure_leaves_the_last_result(string sql)
    {
        Keep("select 7 as seven");
        Assert.Throws<StoreException>(() => Keep(sql));
        Assert.Equal("7", _engine.Row("select seven from _"));
    }

    [Fact]
    public void A_cancelled_statement_leaves_the_last_result()
    {
        Keep("select 7 as seven");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.ThrowsAny<OperationCanceledException>(() => _engine.RunAndKeep("select count(*) from range(100000000000) where hash(range) = 1", 10, null, stop.Token));
        Assert.Equal("7", _engine.Row("select seven from _"));
    }

    [Fact]
    public void Names_are_there_before_any_statement()
    {
        Assert.Equal(["quotes"], _engine.Datasets);
        Assert.Equal("ticker", _engine.Describe("QUOTES")!.SymbolColumn);
        Assert.Null(_engine.Describe("other"));
    }
}
