using HybridStore.Cli.Output;
using HybridStore.Coverage;
using HybridStore.Lake;
using HybridStore.Schema;
using HybridStore.Tests.Lake;
using Xunit;

namespace HybridStore.Tests.Coverage;

public sealed class CoverageReaderTests : IDisposable
{
    /// <summary>A Monday.</summary>
    private static readonly DateOnly First = new(2024, 11, 25);

    private readonly LakeFixture _lake = new();
    private readonly SetClock _clock = new();

    /// <summary>A clock that stands where it is set.</summary>
    private sealed class SetClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.Month)]
    public void Days_are_missing_thin_or_extra_against_calendar_and_median(Partitioning layout)
    {
        using var lake = new LakeFixture(layout);
        // Thanksgiving week: Thursday is a holiday, Friday ends at 13:00.
        Append(lake, ("IBM", 0, 100), ("IBM", 1, 100), ("IBM", 2, 40), ("IBM", 4, 30), ("IBM", 5, 3), ("IBM", 7, 110), ("AIG", 1, 10), ("AIG", 7, 10));
        var report = Read(lake, new CoverageRequest { Calendar = TradingCalendar.NewYork });
        Assert.Equal(["AIG: 26F 27M 29M 02F", "IBM: 25F 26F 27T 29F 30E 02F"], report.Symbols.Select(Text));
        Assert.Equal((2, 1, 0, 0, 1, true), (report.Missing, report.Thin, report.Duplicate, report.Late, report.Extra, report.HasGaps));
        Assert.Equal((100.0, "xnys", First, First.AddDays(7)), (report.Symbols[1].MedianRows, report.Calendar, report.From, report.To));
        // 30 rows of 100 are few, but not for three hours and a half of six and a half; without the calendar they are.
        Assert.Equal("IBM: 25F 26F 27T 28M 29T 30E 02F", Text(Read(lake, new CoverageRequest { Calendar = TradingCalendar.Weekdays }).Symbols[1]));
        Assert.Equal("IBM: 25F 26F 27F 29F 30E 02F", Text(Read(lake, new CoverageRequest { Calendar = TradingCalendar.NewYork, ThinShare = 0.4 }).Symbols[1]));
        // A range that is named is expected from its first day on; so is a symbol.
        Assert.Equal(["AIG: 25M 26F 27M", "MSFT: 25M 26M 27M"], Read(lake, new CoverageRequest { From = First, To = First.AddDays(2), Symbols = ["MSFT", "AIG"] }).Symbols.Select(Text));
    }

    [Fact]
    public void The_calendar_is_weekdays_unless_weekends_have_rows()
    {
        Append(_lake, ("A", 0, 5), ("A", 7, 5));
        Assert.Equal(("weekdays", 4), (Read(_lake, new()).Calendar, Read(_lake, new()).Missing));
        Append(_lake, ("A", 6, 5));
        Assert.Equal(("24x7", 5), (Read(_lake, new()).Calendar, Read(_lake, new()).Missing));
    }

    [Fact]
    public void A_day_stored_twice_is_a_duplicate_and_one_in_two_parts_is_not()
    {
        Append(_lake, ("A", 0, 10), ("A", 1, 10), ("A", 2, 10), ("A", 3, 10), ("A", 4, 10));
        Append(_lake, ("A", 1, 10));
        // The second file has the ten seconds again and eleven more: less than half of the rows repeat others.
        Append(_lake, ("A", 2, 21));
        var report = Read(_lake, new());
        Assert.Equal(("A: 25F 26D 27F 28F 29F", 1), (Text(report.Symbols[0]), report.Duplicate));
        _lake.Table.Compact(1 << 20, Token);
        Assert.Equal("A: 25F 26D 27F 28F 29F", Text(Read(_lake, new()).Symbols[0]));
    }

    [Fact]
    public void Late_is_what_came_on_a_later_day_than_what_follows_it()
    {
        // A backfill out of order, but on one day, is not late.
        Append(_lake, ("A", 1, 5), ("B", 0, 5));
        Append(_lake, ("A", 0, 5));
        _clock.Now = _clock.Now.AddDays(1);
        Append(_lake, ("A", 3, 5), ("B", 1, 5));
        Assert.Equal(0, Read(_lake, new()).Late);
        _clock.Now = _clock.Now.AddDays(1);
        Append(_lake, ("A", 2, 5), ("B", 2, 5));
        var report = Read(_lake, new());
        Assert.Equal(["A: 25F 26F 27L 28F", "B: 25F 26F 27F 28M"], report.Symbols.Select(Text));
        _clock.Now = _clock.Now.AddDays(1);
        new LakeTable(_lake.Folder, _clock).Compact(1 << 20, Token);
        Assert.Equal(1, Read(_lake, new()).Late);
    }

    [Fact]
    public void A_dataset_without_rows_there_says_so()
    {
        Append(_lake, ("A", 0, 5));
        var report = Read(_lake, new CoverageRequest { From = First.AddDays(-7), To = First.AddDays(-3) });
        Assert.Empty(report.Symbols);
        Assert.Contains("no rows", CoverageMap.Draw(report, 80, hasColor: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Map_shows_a_mark_for_each_symbol_and_day()
    {
        Append(_lake, ("IBM", 0, 100), ("IBM", 1, 100), ("IBM", 2, 40), ("IBM", 4, 200), ("BRK/B", 1, 10), ("BRK/B", 4, 10));
        var map = CoverageMap.Draw(Read(_lake, new()), 80, hasColor: false).Split('\n');
        Assert.Equal("ticks, 2024-11-25 to 2024-11-29, calendar weekdays", map[0]);
        Assert.Equal("      11-25", map[1]);
        Assert.Equal("BRK/B  ▒xx▒", map[2]);
        Assert.Equal("IBM   ▒▒-x▓", map[3]);
        Assert.Equal("3 symbol-days missing, 1 thin, 0 stored twice, 0 late, 0 not expected", map[5]);
        Assert.Contains("\e[31mx\e[0m", CoverageMap.Draw(Read(_lake, new()), 80, hasColor: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Map_folds_days_and_symbols_that_do_not_fit_and_says_so()
    {
        var files = new List<(string Symbol, int Day, int Rows)>();
        for (var symbol = 0; symbol < 45; symbol++)
        {
            for (var day = 0; day < 60; day++)
            {
                if (symbol == 44 && day == 30) continue;
                files.Add(($"S{symbol:D2}", day, 2));
            }
        }

        Append(_lake, [.. files]);
        var map = CoverageMap.Draw(Read(_lake, new() { Calendar = TradingCalendar.EveryDay }), 34, hasColor: false).Split('\n');
        Assert.Equal("    11-25 12-07 12-19 12-31 01-12", map[1]);
        Assert.All(map[1..42], line => Assert.InRange(line.Length, 1, 34));
        Assert.Equal("S44 " + new string('▒', 15) + "x" + new string('▒', 14), map[2]);
        Assert.Equal(["Each column is 2 days, and shows the worst of them; --from and --to look closer.", "The 40 symbols with most gaps; 5 more are not shown. --symbols names others, --format json gives all."], map[44..46]);
    }

    private void Append(LakeFixture lake, params (string Symbol, int Day, int Rows)[] files) =>
        lake.Append(new LakeTable(lake.Folder, _clock), appId: null, [.. files.Select(file => ((string?)file.Symbol, First.AddDays(file.Day), file.Rows))]);

    private static CoverageReport Read(LakeFixture lake, CoverageRequest request) => new CoverageReader(lake.Table).Read(request, Token);

    private static string Text(SymbolCoverage symbol) => $"{symbol.Symbol}: {string.Join(' ', symbol.Days.Select(day => $"{day.Date:dd}{day.Status.ToString()[0]}"))}";
}
