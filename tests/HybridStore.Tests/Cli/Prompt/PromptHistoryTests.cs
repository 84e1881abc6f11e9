using HybridStore.Cli.Prompt;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Cli.Prompt;

public sealed class PromptHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    private PromptHistory Open(string name = "state/hybrid/history") => new(_folder.File(name), _warnings.Add);

    [Fact]
    public void Entries_of_any_text_come_back_in_the_next_session()
    {
        string[] entries = ["select 1;", "select 'a\\nb',\n  '\\';", "select\r\n2;", "é 🙂 \\\\", "\\"];
        foreach (var entry in entries) Open().Add(entry);
        Assert.Equal(entries, Open().Entries);
    }

    [Fact]
    public void Only_the_owner_can_read_it()
    {
        Open().Add("select 1;");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("state/hybrid/history")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("state/hybrid")));
    }

    [Fact]
    public void Repeats_and_what_begins_with_a_blank_are_not_kept()
    {
        var history = Open();
        foreach (var entry in (string[])["a;", "a;", " secret;", "", "b;", "a;"]) history.Add(entry);
        Assert.Equal(["a;", "b;", "a;"], Open().Entries);
    }

    [Fact]
    public void It_does_not_grow_for_ever()
    {
        _folder.Write("state/hybrid/history", string.Concat(Enumerable.Range(0, 6_000).Select(number => $"select {number};\n")));
        Assert.Equal(5_000, Open().Entries.Count);
        Assert.Equal("select 1000;", File.ReadLines(_folder.File("state/hybrid/history")).First());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("state/hybrid/history")));
    }

    [Fact]
    public void Where_it_cannot_be_kept_it_says_so_and_lasts_the_session()
    {
        _folder.Write("file", "");
        var history = Open("file/history");
        history.Add("select 1;");
        Assert.Equal(["select 1;"], history.Entries);
        Assert.Contains("not kept", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/state", "/home/a", "/state/hybrid/history")]
    [InlineData("relative", "/home/a", "/home/a/.local/state/hybrid/history")]
    [InlineData(null, "/home/a", "/home/a/.local/state/hybrid/history")]
    [InlineData(null, null, null)]
    public void It_is_where_XDG_says(string? state, string? home, string? expected) =>
        Assert.Equal(expected, PromptHistory.DefaultPath(name => name switch { "XDG_STATE_HOME" => state, "HOME" => home, _ => null }));
}
