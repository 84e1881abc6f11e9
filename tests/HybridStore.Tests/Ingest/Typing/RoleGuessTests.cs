using System.Text;
using HybridStore.Ingest.Typing;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest.Typing;

public sealed class RoleGuessTests
{
    [Theory]
    [InlineData("symbol,timestamp,bid_price\nAIG,2013-10-07 04:00:00.152,1\n", "symbol", "timestamp")]
    [InlineData("date,ticker,open,volume\n2024-11-01,BRK.B,1,2\n", "ticker", "date")]
    [InlineData("SETTLEMENTDATE,DUID,SCADAVALUE\n2024/11/01 00:05:00,BW01,1.5\n", "duid", "settlementdate")]
    [InlineData("open_time,pair,price\n1730480400000,BTCUSDT,1\n", "pair", "open_time")]
    [InlineData("generator_id,interval,mw\n1001,2024-11-01 00:05,7\n", "generator_id", "interval")]
    [InlineData("date,timestamp,sym\n20241101,2024-11-01 17:00:00,A\n", "sym", "timestamp")]
    [InlineData("what,when,value\nfoo,2024-11-01,1\nbar,2024-11-01,2\n", "what", "when")]
    public void Find_goes_by_names_then_by_types(string text, string symbol, string time)
    {
        var roles = RoleGuess.Find(Columns(text), "a.csv");
        Assert.Equal((symbol, time), (roles.SymbolColumn, roles.TimeColumn));
        Assert.Equal(2, roles.Reasons.Count);
        Assert.Equal(ColumnKind.Varchar, roles.Columns.Single(column => column.Name == symbol).Type.Kind);
        Assert.InRange(roles.Columns.Single(column => column.Name == time).Type.Kind, ColumnKind.Date, ColumnKind.TimestampTz);
    }

    [Theory]
    [InlineData("symbol,price\nA,1\n", "--time-column")]
    [InlineData("a,b,c\n2024-11-01,2024-11-02,x\n", "--time-column")]
    [InlineData("time,price\n2024-11-01,1\n", "--symbol-column")]
    [InlineData("time,a,b\n2024-11-01,x,y\n", "--symbol-column")]
    [InlineData("symbol,time\nA,1/2/2024\n", "time:timestamp:dmy")]
    [InlineData("symbol,time\nA,2024-11-01 17:00:00.123456789\n", "Nanoseconds")]
    public void Find_of_what_is_not_clear_says_what_to_give(string text, string advice) =>
        Assert.Contains(advice, Assert.Throws<StoreException>(() => RoleGuess.Find(Columns(text), "a.csv")).Message);

    [Fact]
    public void Find_of_a_column_that_is_not_there_names_those_that_are() =>
        Assert.Contains("'symbol', 'time'", Assert.Throws<StoreException>(() => RoleGuess.Find(Columns("symbol,time\nA,2024-11-01\n"), "a.csv", timeColumn: "when")).Message);

    [Fact]
    public void Find_without_need_of_a_symbol_takes_none() =>
        Assert.Null(RoleGuess.Find(Columns("time,price\n2024-11-01,1\n"), "a.csv", needsSymbol: false).SymbolColumn);

    private static IReadOnlyList<TypedColumn> Columns(string text) => ColumnTyper.Type(CsvSniffer.Sniff(Encoding.UTF8.GetBytes(text), true, "a.csv"));
}
