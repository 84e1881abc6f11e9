using HybridStore.Native.Posix;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Native;

public sealed class FileLockTests
{
    [Fact]
    public void TryTake_when_taken_returns_null_until_it_is_given_back()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.lock");
        var first = FileLock.TryTake(path);
        Assert.NotNull(first);
        Assert.Null(FileLock.TryTake(path));
        first.Dispose();
        using var second = FileLock.TryTake(path);
        Assert.NotNull(second);
    }

    /// <summary>As a transaction ends: its owner removes the file while it has the lock, and others make a new one.</summary>
    [Fact]
    public void TryTake_of_a_file_that_its_owners_remove_gives_it_to_one_at_a_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.lock");
        var holders = 0;
        var taken = 0;
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var held = FileLock.TryTake(path);
            if (held is null) return;
            Assert.Equal(1, Interlocked.Increment(ref holders));
            Interlocked.Increment(ref taken);
            Thread.Yield();
            Interlocked.Decrement(ref holders);
            File.Delete(path);
        });
        Assert.True(taken > 0);
    }

    [Fact]
    public void TryTake_by_many_threads_gives_it_to_one_at_a_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.lock");
        var holders = 0;
        var taken = 0;
        Parallel.For(0, 2000, _ =>
        {
            using var held = FileLock.TryTake(path);
            if (held is null) return;
            Assert.Equal(1, Interlocked.Increment(ref holders));
            taken++;
            Interlocked.Decrement(ref holders);
        });
        Assert.True(taken > 0);
    }

    [Fact]
    public void TryTake_of_files_that_others_take_and_remove_at_once_gives_the_lock_or_null()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.lock");
        var taken = 0;
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var held = FileLock.TryTake(path);
            if (held is null) return;
            Interlocked.Increment(ref taken);
            File.Delete(path);
        });
        Assert.True(taken > 0);
    }
}
