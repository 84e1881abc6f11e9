using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>What a power cut may not reorder: bytes are on the disk before a name shows them, and names before the version that needs them.</summary>
public sealed class LakeDurabilityTests
{
    [Fact]
    public void Commit_puts_bytes_then_names_then_the_version_on_the_disk()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3));
        var steps = new List<string>();
        var table = lake.TableWith(steps.Add);
        using (var transaction = table.Begin(table.TryLoad(), "ingest"))
        {
            lake.Write(transaction, "IBM", LakeFixture.Day1, 5);
            Assert.True(transaction.Commit(LakeFixture.Details(5), CancellationToken.None).Committed);
        }

        // "fsync /" is a file's: that of a folder is "fsync folder /".
        var publish = First(0, "publish ", "_delta_log");
        var enter = First(0, "enter ", ".parquet");
        var dataPath = steps[enter]["enter ".Length..];
        Assert.InRange(First(0, "fsync /", Path.GetFileNameWithoutExtension(dataPath)), 0, enter - 1);
        Assert.InRange(First(0, "fsync /", "intent"), 0, enter - 1);
        Assert.InRange(First(enter, "fsync folder ", Path.GetDirectoryName(dataPath)!), enter + 1, publish - 1);
        Assert.InRange(First(enter, "fsync /", "_staging"), enter + 1, publish - 1);
        Assert.InRange(First(publish, "fsync folder ", "_delta_log"), publish + 1, steps.Count - 1);

        int First(int from, string operation, string part) =>
            steps.FindIndex(from, step => step.StartsWith(operation, StringComparison.Ordinal) && step.Contains(part, StringComparison.Ordinal));
    }
}
