using System.Diagnostics;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Folders for what does not fit into memory: those of killed processes are removed, those of living ones never.</summary>
public sealed class SpillFolderTests : IDisposable
{
    private const string Endless = "select count(*) from range(1000000000000) a(i) where hash(i) = 0";

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public SpillFolderTests()
    {
        Directory.CreateDirectory(Temporary);
        _hybrid = new HybridProgram(_folder.File("store"), _folder.Path, new Dictionary<string, string> { ["TMPDIR"] = Temporary });
        _hybrid.RunOk("ingest", _folder.Write("q.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n"), "--dataset", "q", "--quiet");
    }

    private string Temporary => _folder.File("tmp");

    private List<string> Folders => [.. Directory.GetDirectories(Temporary, SpillFolder.Prefix + "*").Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_next_command_removes_what_a_killed_one_left_and_leaves_a_living_ones_alone()
    {
        using var living = _hybrid.Start("sql", Endless);
        await Eventually.IsTrueAsync("the first has its folder", () => Task.FromResult(Folders.Count == 1));
        var its = Folders;
        using (var killed = _hybrid.Start("sql", Endless))
        {
            await Eventually.IsTrueAsync("the second has its folder", () => Task.FromResult(Folders.Count == 2));
            Kill(killed);
        }

        Assert.Equal(2, Folders.Count);
        _hybrid.RunOk("sql", "select 1");
        Assert.Equal(its, Folders);
        Kill(living);
        _hybrid.RunOk("verify", "--deep");
        Assert.Empty(Folders);
    }

    [Fact]
    public void What_looks_like_one_and_is_a_link_stays()
    {
        var target = _folder.Write("precious/file", "x");
        Directory.CreateSymbolicLink(Path.Combine(Temporary, SpillFolder.Prefix + "link"), Path.GetDirectoryName(target)!);
        _hybrid.RunOk("sql", "select 1");
        Assert.True(File.Exists(target));
    }

    [Fact]
    public void Without_a_folder_for_temporary_files_statements_that_fit_into_memory_run()
    {
        var hybrid = new HybridProgram(_folder.File("store"), _folder.Path, new Dictionary<string, string> { ["TMPDIR"] = "/proc" });
        Assert.Equal("n\n1\n", hybrid.RunOk("sql", "select count(*) as n from q", "--output", "csv"));
    }

    private static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }
}
