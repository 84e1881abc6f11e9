using HybridStore.Hot;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests;

public sealed class StoreSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_of_a_file_that_leaves_names_out_gives_their_defaults()
    {
        var settings = Read("{ /* nothing */ }");

        Assert.Equal((1, 30, null, null), (settings.Version, settings.WindowDays, settings.Memory, settings.Jobs));
        Assert.Equal(new HotPolicy(30, HotIndex.Btree, null, []) with { Summaries = [] }, HotPolicy.Of(settings, "quotes") with { Summaries = [] });
    }

    [Fact]
    public void Read_of_the_file_of_a_new_store_gives_the_defaults()
    {
        Store.OpenOrCreate(_folder.File("store"));

        Assert.Equal(new StoreSettings(), StoreSettings.Read(new StorePaths(_folder.File("store")).Settings));
    }

    [Fact]
    public void HotPolicy_is_the_dataset_s_own_else_the_store_s()
    {
        var settings = Read(
            """
            {
              "window_days": 10, "hot_bytes_max": "1KB",
              "datasets": { "quotes": { "window": "20td", "index": "brin", "summaries": { "b": "select 2", "a": "select 1" } }, "trades": { "index": "create index on {leaf} (price)" } }
            }
            """);
        var (quotes, trades, bars) = (HotPolicy.Of(settings, "quotes"), HotPolicy.Of(settings, "trades"), HotPolicy.Of(settings, "bars"));

        Assert.Equal((new HotWindow(20, true), HotIndex.Brin, 1024L), (quotes.Window, quotes.Index, quotes.BytesMax!.Value));
        Assert.Equal([new HotSummary("a", "select 1"), new HotSummary("b", "select 2")], quotes.Summaries);
        Assert.Equal((10, "create index on {leaf} (price)"), (trades.Window, trades.Index.Text));
        Assert.Equal((10, HotIndex.Btree), (bars.Window, bars.Index));
    }

    [Theory]
    [InlineData("""{ "version": 2 }""", "version: expected 1, found 2")]
    [InlineData("""{ "window_days": 0 }""", "window_days: expected a number of days from 1 to 36500, found 0")]
    [InlineData("""{ "hot_bytes_max": "much" }""", "hot_bytes_max: expected a size such as 50GB, found")]
    [InlineData("""{ "datasets": { "a b": {} } }""", "datasets.a b: expected the name of a dataset, found 'a b'")]
    [InlineData("""{ "datasets": { "q": null } }""", "datasets.q: expected an object, found null")]
    [InlineData("""{ "datasets": { "q": { "window": "20" } } }""", "datasets.q.window: expected days such as \"30d\" or \"4w\", or trading days such as \"20td\", found \"20\"")]
    [InlineData("""{ "datasets": { "q": { "index": "hash" } } }""", "datasets.q.index: expected btree, btree+time, brin, none, or statements 'create index on {leaf} (...)'")]
    [InlineData("""{ "datasets": { "q": { "summaries": { "q": "select 1" } } } }""", "datasets.q.summaries: expected names of tables")]
    [InlineData("""{ "datasets": { "q": { "summaries": { "x": " " } } } }""", "datasets.q.summaries.x: expected a SELECT, found nothing")]
    [InlineData("""{ "datasets": { "q": { "windw": "20d" } } }""", "windw")]
    public void Read_refuses_what_is_out_of_range_by_name(string json, string message)
    {
        var error = Assert.Throws<StoreException>(() => Read(json));

        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private StoreSettings Read(string json) => StoreSettings.Read(_folder.Write("hybrid.json", json));
}
