namespace HybridStore.Tests.Support;

/// <summary>A folder of its own on a file system in memory, where there is one: tests that sync thousands of files need not wait for the disk.</summary>
internal sealed class MemoryFolder : IDisposable
{
    private const string SharedMemory = "/dev/shm";

    internal string Path { get; } = Directory.Exists(SharedMemory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(SharedMemory, $"hybrid-test-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("hybrid-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
