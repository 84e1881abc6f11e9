using HybridStore.Lake;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>File systems without hard links, such as exFAT: all works, and the user is told.</summary>
public sealed class LakeWithoutLinksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> WorksAndDisks()
    {
        var data = new TheoryData<string, bool>();
        foreach (var work in LakeWork.All)
        {
            data.Add(work, true);
            data.Add(work, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(WorksAndDisks))]
    public void Any_work_gives_the_same_rows_as_with_links(string work, bool canRenameExclusively)
    {
        using var origin = LakeWork.Prepare(work);
        var (_, after) = LakeWork.Measure(origin, work);
        using var folder = new MemoryFolder();
        using var lake = LakeWork.Copy(origin, folder.Path);
        var disk = Disk(canRenameExclusively);
        LakeWork.Do(lake, lake.TableOn(disk), work);
        Assert.Equal(after, LakeWork.Rows(lake));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Empty(lake.Leftovers());
        Assert.Empty(Directory.GetFiles(lake.Folder, "*.lock", SearchOption.AllDirectories));
    }

    [Fact]
    public void Replace_stopped_at_every_step_is_before_or_after_and_repeats_to_after()
    {
        using var origin = LakeWork.Prepare("replace");
        var before = LakeWork.Rows(origin);
        var (_, after) = LakeWork.Measure(origin, "replace");
        var done = false;
        for (var stop = 0; !done; stop++)
        {
            using var folder = new MemoryFolder();
            using var lake = LakeWork.Copy(origin, folder.Path);
            var step = 0;
            var error = Record.Exception(() => LakeWork.Do(lake, lake.TableOn(Disk(stop % 2 == 0, _ =>
            {
                if (step++ >= stop) throw new InvalidDataException("The disk stopped.");
            })), "replace"));
            done = error is null;
            if (!done) LakeWork.CheckBeforeOrAfter(lake, "replace", 2, before, after);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Writers_at_once_win_each_version_once(bool canRenameExclusively)
    {
        const int writers = 4;
        const int commits = 10;
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                var table = lake.TableOn(Disk(canRenameExclusively));
                for (var commit = 0; commit < commits; commit++)
                {
                    using var transaction = table.Begin(table.TryLoad(), "ingest");
                    transaction.SetAppTransaction($"{writer}-{commit}", 0);
                    Assert.True(transaction.Commit(new CommitDetails(), Token).Committed);
                }
            },
            Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(writers * commits, lake.Table.TryLoad()!.Version);
        Assert.Equal(writers * commits, lake.Table.TryLoad()!.AppTransactions.Count);
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    [Fact]
    public void Commit_says_that_the_disk_has_no_links_and_says_nothing_where_it_has()
    {
        using var lake = new LakeFixture();
        Assert.Null(lake.Append(("IBM", LakeFixture.Day1, 1)).Note);
        var note = lake.Append(lake.TableOn(Disk(canRenameExclusively: false)), null, ("IBM", LakeFixture.Day1, 1)).Note;
        Assert.Contains("no hard links", note, StringComparison.Ordinal);
    }

    private static LakeDisk Disk(bool canRenameExclusively, Action<string>? beforeStep = null) => new(
        beforeStep,
        link: (_, _) => throw new IOException("Operation not permitted.", 1),
        rename: canRenameExclusively ? null : (_, _) => throw new IOException("Invalid argument.", 22));
}
