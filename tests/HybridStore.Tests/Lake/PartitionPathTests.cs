using FsCheck;
using FsCheck.Fluent;
using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class PartitionPathTests
{
    /// <summary>The tickers of DESIGN.md, and more that a folder name could lose.</summary>
    internal static readonly string[] HostileSymbols =
    [
        "AAPL", "aapl", "Aapl", "NULL", "null", "Null", "nULL", "007", "7", "BRK/B", "BRK.B", "BRK%2FB", "../../x", "..", ".", "%2F", "%", "a b", " ", "a+b", "a%20b", "🚀", "é", "e\u0301", "CON", "con",
        "x.", "x..", "symbol=x", "a=b", "it's", "a\"b", "a\\b", "a*b", "a?b", "a[b]", "{x}", "#1", "~", "a~b", "a\nb", "a\tb", "__HIVE_DEFAULT_PARTITION__", "_x", ".x", "true", "2024-11-01", "1e5", "日本", "Duid_Alpha",
        new('x', 300), new('X', 300), new('x', 299), new string('x', 300) + "y", string.Concat(Enumerable.Repeat("🚀", 100)),
    ];

    private static readonly DateRange Day = new(LakeFixture.Day1, LakeFixture.Day1);

    [Theory]
    [InlineData("AAPL", "AAPL")]
    [InlineData("aapl", "%61apl")]
    [InlineData("Duid_Alpha", "D%75id_%41%6Cpha")]
    [InlineData("NULL", "%4EULL")]
    [InlineData("null", "%6Eull")]
    [InlineData("BRK/B", "BRK%2FB")]
    [InlineData("BRK.B", "BRK.B")]
    [InlineData("x.", "%78%2E")]
    [InlineData("../../x", "..%2F..%2F%78")]
    [InlineData("a b", "%61%20b")]
    [InlineData("__HIVE_DEFAULT_PARTITION__", "%5F_HIVE_DEFAULT_PARTITION__")]
    [InlineData(null, "__HIVE_DEFAULT_PARTITION__")]
    public void Encode_gives_the_names_that_FORMAT_promises(string? symbol, string expected) => Assert.Equal(expected, PartitionPath.Encode(symbol));

    [Theory]
    [InlineData(Partitioning.SymbolDate, "symbol=IBM/date=2024-11-01", "2024-11-01", "2024-11-01")]
    [InlineData(Partitioning.SymbolMonth, "symbol=IBM/month=2024-11", "2024-11-01", "2024-11-30")]
    [InlineData(Partitioning.SymbolYear, "symbol=IBM/year=2024", "2024-01-01", "2024-12-31")]
    [InlineData(Partitioning.Date, "date=2024-11-01", "2024-11-01", "2024-11-01")]
    [InlineData(Partitioning.Month, "month=2024-11", "2024-11-01", "2024-11-30")]
    [InlineData(Partitioning.Year, "year=2024", "2024-01-01", "2024-12-31")]
    public void Folder_of_each_layout_names_the_days_that_DaysOf_gives(Partitioning partitioning, string folder, string from, string to)
    {
        var days = partitioning.DaysOf(LakeFixture.Day1);
        Assert.Equal(new DateRange(DateOnly.Parse(from), DateOnly.Parse(to)), days);
        Assert.Equal(folder, PartitionPath.Folder(partitioning, partitioning.IsBySymbol() ? "IBM" : null, days));
        Assert.Equal(days, PartitionPath.TryParseTime(partitioning, PartitionPath.TimeValue(partitioning, days)));
    }

    [Fact]
    public void Folder_of_hostile_symbols_is_one_each_even_where_case_is_ignored()
    {
        var names = HostileSymbols.Select(PartitionPath.Encode).ToList();
        Assert.Equal(HostileSymbols.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.InRange(name.Length, 1, PartitionPath.EncodedBytesMax));
        Assert.All(names, name => Assert.DoesNotContain('/', name));
    }

    [Fact]
    public void Encode_of_any_two_symbols_differs_even_where_case_is_ignored() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyString>(),
        ArbMap.Default.ArbFor<NonEmptyString>(),
        (left, right) => !IsText(left.Get) || !IsText(right.Get) || left.Get == right.Get
            || !PartitionPath.Encode(left.Get).Equals(PartitionPath.Encode(right.Get), StringComparison.OrdinalIgnoreCase)).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_of_case_variants_differs_even_where_case_is_ignored()
    {
        var names = Enumerable.Range(0, 64).Select(bits => string.Concat("abc-de".Select((letter, index) => (bits >> index & 1) == 1 ? char.ToUpperInvariant(letter) : letter))).Distinct().ToList();
        Assert.Equal(32, names.Select(PartitionPath.Encode).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Folder_of_an_empty_symbol_is_refused() => Assert.Throws<ArgumentException>(() => PartitionPath.Folder(Partitioning.SymbolDate, "", Day));

    [Fact]
    public void Folder_of_days_that_are_no_partition_is_refused() =>
        Assert.Throws<ArgumentException>(() => PartitionPath.Folder(Partitioning.SymbolMonth, "IBM", Day));

    [Theory]
    [InlineData("symbol")]
    [InlineData("ticker")]
    public void Hostile_symbols_come_back_through_a_plain_glob(string symbolColumn)
    {
        using var lake = new LakeFixture(symbolColumn: symbolColumn);
        lake.Append([.. HostileSymbols.Select(symbol => ((string?)symbol, LakeFixture.Day1, 1))]);
        var glob = $"read_parquet({LakeFixture.Quote(lake.Folder + "/**/*.parquet")}, hive_partitioning=true, hive_types={{'symbol': VARCHAR, 'date': DATE}})";

        var folders = lake.Query($"SELECT symbol FROM {glob}");
        var shortened = HostileSymbols.Count(symbol => PartitionPath.Encode(symbol).Contains('~'));
        Assert.Equal(5, shortened);
        Assert.Equal(HostileSymbols.Length - shortened, folders.Intersect(HostileSymbols).Count());

        var columns = lake.Query($"SELECT {symbolColumn} FROM read_parquet({LakeFixture.Quote(lake.Folder + "/**/*.parquet")}, hive_partitioning=false)");
        Assert.Equal(HostileSymbols.Order(StringComparer.Ordinal), columns.Order(StringComparer.Ordinal));
        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(HostileSymbols.Order(StringComparer.Ordinal), snapshot.Files.Select(file => file.Symbol!).Order(StringComparer.Ordinal));
    }

    private static bool IsText(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index])) continue;
            if (!char.IsHighSurrogate(text[index]) || index + 1 == text.Length || !char.IsLowSurrogate(text[++index])) return false;
        }

        return true;
    }
}
