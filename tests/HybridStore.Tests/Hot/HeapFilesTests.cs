using HybridStore.Hot;
using HybridStore.Native.Posix;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class HeapFilesTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public HeapFilesTests()
    {
        _path = _folder.File("16384");
        File.WriteAllBytes(_path, []);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_long_table_goes_on_in_another_file_and_another()
    {
        using (var files = HeapFiles.TryOpen(_path, segmentBytes: 10, owner: null)!)
        {
            foreach (var bytes in new[] { "abcdef", "ghijklmnopqrstuvwxyz", "0123", "456789" }) files.Append(System.Text.Encoding.ASCII.GetBytes(bytes));
            files.PutVisibilityMap("map"u8);
            Assert.Equal(36, files.LengthBytes);
            files.HandOver();
        }

        Assert.Equal(["abcdefghij", "klmnopqrst", "uvwxyz0123", "456789", "map"], new[] { "", ".1", ".2", ".3", "_vm" }.Select(end => File.ReadAllText(_path + end)));
        Assert.Equal(5, Directory.GetFiles(_folder.Path).Length);
        if (!OperatingSystem.IsWindows()) Assert.All([".1", "_vm"], end => Assert.Equal(OwnerOnly, File.GetUnixFileMode(_path + end)));
    }

    [Fact]
    public void A_table_that_ends_with_a_file_makes_no_other()
    {
        using (var files = HeapFiles.TryOpen(_path, segmentBytes: 10, owner: null)!)
        {
            files.Append("abcdefghij"u8);
            files.HandOver();
        }

        Assert.Equal([_path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_the_server_may_not_know_of_goes_unless_it_was_handed_over()
    {
        using (var files = HeapFiles.TryOpen(_path, segmentBytes: 10, owner: null)!)
        {
            files.Append("abcdefghijklm"u8);
            files.PutVisibilityMap("map"u8);
            Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
        }

        Assert.Equal([_path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Root_writes_as_the_owner_of_the_files_and_follows_no_link_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root is anybody.");
        var nobody = Account.Find("nobody")!;
        nobody.Own(_folder.Path);
        nobody.Own(_path);
        File.SetUnixFileMode(_folder.Path, OwnerOnly | UnixFileMode.UserExecute);
        using (var files = HeapFiles.TryOpen(_path, segmentBytes: 10, nobody)!)
        {
            files.Append("abcdefghijklm"u8);
            files.PutVisibilityMap("map"u8);
            files.HandOver();
        }

        Assert.All(["", ".1", "_vm"], end => Assert.Equal(nobody.UserId, FileStatus.Of(_path + end)!.Value.UserId));
        using var others = new TemporaryFolder();
        var target = others.File("empty");
        File.WriteAllBytes(target, []);
        File.SetUnixFileMode(target, OwnerOnly);
        File.Delete(_path);
        File.CreateSymbolicLink(_path, target);
        Assert.Null(HeapFiles.TryOpen(_path, segmentBytes: 10, nobody));
        Assert.Equal(0u, FileStatus.Of(target)!.Value.UserId);
        File.WriteAllText(others.File("still root"), "");
        Assert.Equal(0u, FileStatus.Of(others.File("still root"))!.Value.UserId);
    }

    [Fact]
    public void Files_that_are_there_already_are_not_written_over()
    {
        File.WriteAllText(_path + "_vm", "of another table");
        using (var files = HeapFiles.TryOpen(_path, segmentBytes: 10, owner: null)!) Assert.Throws<IOException>(() => files.PutVisibilityMap("map"u8));
        Assert.Equal("of another table", File.ReadAllText(_path + "_vm"));
        File.WriteAllText(_path, "rows");
        Assert.Null(HeapFiles.TryOpen(_path, segmentBytes: 10, owner: null));
        Assert.Null(HeapFiles.TryOpen(_folder.File("nothing"), segmentBytes: 10, owner: null));
        Assert.Null(HeapFiles.TryOpen(_folder.File("no/folder"), segmentBytes: 10, owner: null));
        Assert.Equal("rows", File.ReadAllText(_path));
    }
}
