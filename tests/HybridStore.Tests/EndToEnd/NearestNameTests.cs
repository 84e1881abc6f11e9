using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Slips of the pen.</summary>
public sealed class NearestNameTests(SmallStore store) : IClassFixture<SmallStore>
{
    [Theory]
    [InlineData("There is no setting 'window_dayz'. Did you mean 'window_days'?", "config", "set", "window_dayz", "3")]
    [InlineData("expected a number of days", "config", "set", "window_days", "0")]
    [InlineData("expected a size such as 2GB", "config", "set", "memory", "much")]
    [InlineData("expected a number from 1 to 1024", "config", "set", "jobs", "\"4\"")]
    [InlineData("Did you mean 'quotes'?", "dataset", "show", "quote")]
    [InlineData("Did you mean 'America/New_York'?", "dataset", "edit", "quotes", "--timezone", "America/NewYork")]
    [InlineData("Did you mean 'bash'?", "completions", "bsh")]
    [InlineData("Did you mean 'doctor'?", "docter")]
    [InlineData("There is no option '--limt'. Did you mean '--limit'?", "rejects", "--limt", "3")]
    [InlineData("There is no option '--timout'. Did you mean '--timeout'?", "sql", "--timout=3s", "select 1")]
    [InlineData("There is no option '--stor'. Did you mean '--store'?", "status", "--stor", "x")]
    [InlineData("Did you mean 'csv'?", "sql", "select 1", "--output", "cvs")]
    [InlineData("Did you mean 'start'?", "pg", "strat")]
    public void Names_that_are_nearly_right_are_answered_with_the_right_one(string expected, params string[] arguments)
    {
        var before = StoreContent.Of(store.Program.Store);
        var run = store.Program.Run(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Equal(before, StoreContent.Of(store.Program.Store));
    }
}
