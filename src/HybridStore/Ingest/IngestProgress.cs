namespace HybridStore.Ingest;

/// <summary>How far an ingest is; written by the workers, read by whoever shows it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class IngestProgress
{
    private long _bytesTotal;
    private long _bytesRead;
    private long _rowsRead;
    private int _filesTotal;
    private int _filesDone;

    /// <summary>Bytes of the sources as they lie on the disk.</summary>
    public long BytesTotal => Interlocked.Read(ref _bytesTotal);

    /// <summary>Bytes read so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Rows read so far.</summary>
    public long RowsRead => Interlocked.Read(ref _rowsRead);

    /// <summary>Sources in all.</summary>
    public int FilesTotal => Volatile.Read(ref _filesTotal);

    /// <summary>Sources done.</summary>
    public int FilesDone => Volatile.Read(ref _filesDone);

    internal void Expect(int files, long bytes)
    {
        Interlocked.Add(ref _filesTotal, files);
        Interlocked.Add(ref _bytesTotal, bytes);
    }

    internal void AddRows(long rows) => Interlocked.Add(ref _rowsRead, rows);

    internal void AddBytes(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    internal void FinishFile() => Interlocked.Increment(ref _filesDone);

    /// <summary>The work starts over, with wider types.</summary>
    internal void Restart()
    {
        Interlocked.Exchange(ref _bytesRead, 0);
        Interlocked.Exchange(ref _rowsRead, 0);
        Interlocked.Exchange(ref _bytesTotal, 0);
        Volatile.Write(ref _filesTotal, 0);
        Volatile.Write(ref _filesDone, 0);
    }
}
