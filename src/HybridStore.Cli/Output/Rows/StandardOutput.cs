using Microsoft.Win32.SafeHandles;

namespace HybridStore.Cli.Output.Rows;

/// <summary>Stdout as a stream of bytes.</summary>
internal static class StandardOutput
{
    private const int FileDescriptor = 1;

    /// <summary>Opens it.</summary>
    /// <exception cref="StoreException">Environment: it is closed.</exception>
    /// <remarks>.NET's console stream says nothing when a pipe's reader is gone, and a query would run on for nobody: a pipe is opened as a file.</remarks>
    internal static Stream Open()
    {
        StandardStreams.RequireOutput();
        if (!Console.IsOutputRedirected) return Console.OpenStandardOutput();
        var stream = new FileStream(new SafeFileHandle(FileDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!stream.CanSeek) return stream;
        // A real file's position is shared with the processes before and after this one, and only the console stream moves it.
        stream.Dispose();
        return Console.OpenStandardOutput();
    }
}
