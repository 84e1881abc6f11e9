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
        Assert.Equal(("select 1000;", 5_000), (Open().Entries[0], Open().Entries.Count));
        var history = Open();
        for (var number = 0; number < 80; number++) history.Add($"select '{number}{new string('x', 50_000)}';");
        var files = Directory.GetFiles(_folder.File("state/hybrid"), "history*");
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, (1 << 20) + 60_000));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.StartsWith("select '79x", Open().Entries[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_side_by_side_keep_all_their_entries()
    {
        string Entry(int session, int number) => $"select '{session} {number} {new string('x', number % 97 * 7)}';";
        Parallel.For(0, 4, session =>
        {
            var history = new PromptHistory(_folder.File("state/hybrid/history"), _ => { });
            for (var number = 0; number < 500; number++) history.Add(Entry(session, number));
        });
        var expected = Enumerable.Range(0, 4).SelectMany(session => Enumerable.Range(0, 500).Select(number => Entry(session, number)));
        Assert.Equal(expected.Order(StringComparer.Ordinal), Open().Entries.Order(StringComparer.Ordinal));
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
