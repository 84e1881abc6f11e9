using HybridStore.Cli.Prompt;
using Xunit;

namespace HybridStore.Tests.Cli.Prompt;

public sealed class SqlCompleterTests
{
    private readonly SqlCompleter _completer = new(new SqlCatalog(
        () => ["quotes", "trades", "_"],
        table => table switch
        {
            "quotes" => ["symbol", "timestamp", "bid_price", "ask_price", "date", "Net Change"],
            "trades" => ["symbol", "timestamp", "price", "size", "date"],
            _ => ["n", "price_x"],
        },
        ["bars", "bbo"],
        ["hour_ending"]));

    /// <summary>The bar marks the cursor.</summary>
    [Theory]
    [InlineData("sel|", "select")]
    [InlineData("SEL|", "SELECT")]
    [InlineData("fr|", "from")]
    [InlineData("select * from |", "bars( bbo( quotes trades _")]
    [InlineData("select * from q|", "quotes")]
    [InlineData("select * from quotes, tr|", "trades")]
    [InlineData("select * from quotes q join tr|", "trades")]
    [InlineData("select bi| from quotes", "bid_price")]
    [InlineData("from quotes select BID|", "bid_price")]
    [InlineData("select pri| from trades", "price")]
    [InlineData("select q.as| from quotes q", "asc ask_price", true)]
    [InlineData("select q.b| from quotes q", "bid_price")]
    [InlineData("select q.b| from quotes as q", "bid_price")]
    [InlineData("select q.| from trades as q", "date price size symbol timestamp")]
    [InlineData("select _.| from _", "n price_x")]
    [InlineData("select net| from quotes", "\"Net Change\"")]
    [InlineData("select time_b|", "time_bucket(")]
    [InlineData("select hour_e|", "hour_ending(")]
    [InlineData("from bars('tr|", "trades'")]
    [InlineData("from bars(\n  'q|", "quotes'")]
    [InlineData("select 'tr|", "")]
    [InlineData("select 1 -- fr|", "")]
    [InlineData("select 1 /* fr|", "")]
    [InlineData("from quotes wh|", "when where", true)]
    [InlineData("from quotes where bid_price > 1 ord|", "order")]
    [InlineData("from quotes group by sym|", "symbol")]
    [InlineData("from quotes qual|", "qualify")]
    [InlineData(".sc|", ".schema")]
    [InlineData(".schema tr|", "trades")]
    [InlineData(".mode c|", "csv")]
    [InlineData("zzz|", "")]
    public void The_word_before_the_cursor_goes_on(string text, string expected, bool containsOnly = false)
    {
        var cursor = text.IndexOf('|', StringComparison.Ordinal);
        var candidates = _completer.Complete(text.Remove(cursor, 1), cursor).Candidates;
        if (containsOnly) Assert.Contains(expected.Split(' ')[^1], candidates);
        else Assert.Equal(expected, string.Join(' ', candidates));
    }
}
