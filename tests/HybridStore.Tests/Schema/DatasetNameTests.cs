using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Schema;

public sealed class DatasetNameTests
{
    [Theory]
    [InlineData("quotes", "quotes")]
    [InlineData("Quotes 2024", "quotes_2024")]
    [InlineData("2024-11", "d_2024_11")]
    [InlineData("select", "d_select")]
    [InlineData("---", "data")]
    [InlineData("Zürich", "z_rich")]
    [InlineData("日本", "data")]
    public void FromText_makes_a_valid_name(string text, string expected)
    {
        Assert.Equal(expected, DatasetName.FromText(text));
        Assert.True(DatasetName.IsValid(expected));
    }

    [Theory]
    [InlineData("a-b")]
    [InlineData("1a")]
    [InlineData("")]
    [InlineData("table")]
    [InlineData("../x")]
    public void Require_of_what_cannot_be_a_name_says_what_can(string name)
    {
        var error = Assert.Throws<StoreException>(() => DatasetName.Require(name));
        Assert.Equal(StoreErrorKind.Usage, error.Kind);
        Assert.Contains(DatasetName.FromText(name), error.Message);
    }

    [Fact]
    public void Require_folds_upper_case() => Assert.Equal("quotes", DatasetName.Require("Quotes"));
}
