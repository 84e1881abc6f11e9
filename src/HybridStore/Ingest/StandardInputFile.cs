namespace HybridStore.Ingest;

/// <summary>The standard input, kept in a temporary file: an ingest looks at its sources more than once.</summary>
internal sealed class StandardInputFile : IDisposable
{
    /// <summary>The path that stands for it.</summary>
    internal const string Name = "-";

    private const int BufferBytes = 1 << 20;

    private StandardInputFile(string path) => Path = path;

    internal string Path { get; }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Environment: the temporary folder has no room.</exception>
    internal static StandardInputFile Read(Stream stream, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-stdin-").FullName;
        var spool = new StandardInputFile(System.IO.Path.Combine(folder, "stdin"));
        try
        {
            using var file = File.Create(spool.Path);
            Copy(stream, file, cancellationToken);
            return spool;
        }
        catch (IOException exception)
        {
            spool.Dispose();
            throw new StoreException(StoreErrorKind.Environment, $"-: the standard input cannot be kept in {folder}: {exception.Message} Point TMPDIR to a disk with room.", exception);
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>What it holds, told by its first bytes: nobody gave it a name.</summary>
    internal SourceFile ToSource()
    {
        Span<byte> head = stackalloc byte[4];
        using var file = File.OpenRead(Path);
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var compression = head[..length] switch
        {
            [0x1F, 0x8B, ..] => SourceCompression.Gzip,
            [0x28, 0xB5, 0x2F, 0xFD] => SourceCompression.Zstd,
            [(byte)'P', (byte)'K', 3, 4] => SourceCompression.Zip,
            _ => SourceCompression.None,
        };
        return new SourceFile(Name, file.Length, compression) { StoredPath = Path };
    }

    /// <summary>Copies; the thread that waits for the next bytes is left behind when a user ends the wait: nobody can wake it.</summary>
    private static void Copy(Stream stream, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var read = Task.Run(() => stream.Read(buffer), cancellationToken).WaitAsync(cancellationToken).GetAwaiter().GetResult();
            if (read == 0) return;
            file.Write(buffer, 0, read);
        }
    }

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
